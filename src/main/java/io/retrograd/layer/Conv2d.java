package io.retrograd.layer;

import io.retrograd.operation.ConvolutionSpec;

/**
 * Convolution over 2 spatial dimensions (cross-correlation, as in PyTorch).
 *
 * <pre>
 *   x (N, C, H, W)    weight (K, C/groups, R, S)    bias (K)    y (N, K, H′, W′)
 * </pre>
 *
 * @see ConvolutionSpec the sizes of y
 */
public final class Conv2d extends Convolution<Conv2d> {
    /**
     * With stride 1, no padding, dilation 1, one group, bias, and PyTorch's first values.
     *
     * @param channels K, at least 1
     * @param kernel one size for all dimensions, or one each
     */
    public Conv2d(int channels, int... kernel) {
        this(Settings.of("Conv2d", 2, /* transposed= */ false, channels, kernel));
    }

    private Conv2d(Settings settings) {
        super(settings, Conv2d::new);
    }
}
