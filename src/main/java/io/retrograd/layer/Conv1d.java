package io.retrograd.layer;

import io.retrograd.operation.ConvolutionSpec;

/**
 * Convolution over 1 spatial dimension (cross-correlation, as in PyTorch).
 *
 * <pre>
 *   x (N, C, L)    weight (K, C/groups, S)    bias (K)    y (N, K, L′)
 * </pre>
 *
 * @see ConvolutionSpec the sizes of y
 */
public final class Conv1d extends Convolution<Conv1d> {
    /**
     * With stride 1, no padding, dilation 1, one group, bias, and PyTorch's first values.
     *
     * @param channels K, at least 1
     * @param kernel one size for all dimensions, or one each
     */
    public Conv1d(int channels, int... kernel) {
        this(Settings.of("Conv1d", 1, /* transposed= */ false, channels, kernel));
    }

    private Conv1d(Settings settings) {
        super(settings, Conv1d::new);
    }
}
