package io.retrograd.layer;

import io.retrograd.operation.TransposedConvolutionSpec;

/**
 * Transposed convolution over 2 spatial dimensions: spreads each input over a window of y.
 *
 * <pre>
 *   x (N, C, H, W)    weight (C, K/groups, R, S)    bias (K)    y (N, K, H′, W′)
 * </pre>
 *
 * @see TransposedConvolutionSpec the sizes of y
 */
public final class ConvTranspose2d extends Convolution<ConvTranspose2d> {
    /**
     * With stride 1, no padding, dilation 1, one group, bias, and PyTorch's first values.
     *
     * @param channels K, at least 1
     * @param kernel one size for all dimensions, or one each
     */
    public ConvTranspose2d(int channels, int... kernel) {
        this(Settings.of("ConvTranspose2d", 2, /* transposed= */ true, channels, kernel));
    }

    private ConvTranspose2d(Settings settings) {
        super(settings, ConvTranspose2d::new);
    }

    /** The same with y longer by this at its end; must be below stride or dilation when bound. */
    public ConvTranspose2d outputPadding(int... padding) {
        return withOutputPadding(padding);
    }
}
