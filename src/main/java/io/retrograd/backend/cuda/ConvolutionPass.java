package io.retrograd.backend.cuda;

/** What is computed of a convolution from x to y with weights w, out of the other two. */
enum ConvolutionPass {
    /** {@code y = w ∗ x}. */
    FORWARD,

    /** dx from w and dy: also the transposed convolution itself. */
    BACKWARD_DATA,

    /** dw from x and dy. */
    BACKWARD_FILTER
}
