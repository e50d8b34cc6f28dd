package io.retrograd.layer;

import io.retrograd.operation.TransposedConvolutionSpec;

/**
 * Transposed convolution over 3 spatial dimensions: spreads each input over a window of y.
 *
 * <pre>
 *   x (N, C, D, H, W)    weight (C, K/groups, Q, R, S)    bias (K)    y (N, K, D′, H′, W′)
 * </pre>
 *
 * @see TransposedConvolutionSpec the sizes of y
 */
public final class ConvTranspose3d extends Convolution<ConvTranspose3d> {
    /**
     * With stride 1, no padding, dilation 1, one group, bias, and PyTorch's first values.
     *
     * @param channels K, at least 1
     * @param kernel one size for all dimensions, or one each
     */
    public ConvTranspose3d(int channels, int... kernel) {
        this(Settings.of("ConvTranspose3d", 3, /* transposed= */ true, channels, kernel));
    }

    private ConvTranspose3d(Settings settings) {
        super(settings, ConvTranspose3d::new);
    }

    /** The same with y longer by this at its end; must be below stride or dilation when bound. */
    public ConvTranspose3d outputPadding(int... padding) {
        return withOutputPadding(padding);
    }
}
