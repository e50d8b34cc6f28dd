package io.retrograd.backend.cuda;

import org.jspecify.annotations.Nullable;

/** One way to compute a pass of a convolution. */
interface ConvolutionWay {
    /** For people, and to remember it by. */
    String name();

    /** Bytes of memory that it needs meanwhile. */
    long workspaceBytes();

    /** Whether the results are the same bits every time. */
    boolean deterministic();

    /** Whether it is a kernel of ours, and no library's. */
    default boolean own() {
        return true;
    }

    /** How many times the errors of sums of products its own may be. */
    default double errorFactor() {
        return 1;
    }

    /**
     * The pass on these tensors.
     *
     * @param workspace of {@link #workspaceBytes} or more; null where it needs none
     */
    Runnable on(Operands tensors, @Nullable CudaTensor workspace);

    /**
     * The tensors of a convolution from x to y, or their gradients; a pass writes one of them and
     * reads two.
     *
     * @param x (N, C, in...)
     * @param w (K, C/groups, kernel...)
     * @param y (N, K, out...)
     */
    record Operands(CudaTensor x, CudaTensor w, CudaTensor y) {}
}
