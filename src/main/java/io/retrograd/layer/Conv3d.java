package io.retrograd.layer;

import io.retrograd.operation.ConvolutionSpec;

/**
 * Convolution over 3 spatial dimensions (cross-correlation, as in PyTorch).
 *
 * <pre>
 *   x (N, C, D, H, W)    weight (K, C/groups, Q, R, S)    bias (K)    y (N, K, D′, H′, W′)
 * </pre>
 *
 * @see ConvolutionSpec the sizes of y
 */
public final class Conv3d extends Convolution<Conv3d> {
    /**
     * With stride 1, no padding, dilation 1, one group, bias, and PyTorch's first values.
     *
     * @param channels K, at least 1
     * @param kernel one size for all dimensions, or one each
     */
    public Conv3d(int channels, int... kernel) {
        this(Settings.of("Conv3d", 3, /* transposed= */ false, channels, kernel));
    }

    private Conv3d(Settings settings) {
        super(settings, Conv3d::new);
    }
}
