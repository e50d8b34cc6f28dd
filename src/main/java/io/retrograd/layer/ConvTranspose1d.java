package io.retrograd.layer;

import io.retrograd.operation.TransposedConvolutionSpec;

/**
 * Transposed convolution over 1 spatial dimension: spreads each input over a window of y.
 *
 * <pre>
 *   x (N, C, L)    weight (C, K/groups, S)    bias (K)    y (N, K, L′)
 * </pre>
 *
 * @see TransposedConvolutionSpec the sizes of y
 */
public final class ConvTranspose1d extends Convolution<ConvTranspose1d> {
    /**
     * With stride 1, no padding, dilation 1, one group, bias, and PyTorch's first values.
     *
     * @param channels K, at least 1
     * @param kernel one size for all dimensions, or one each
     */
    public ConvTranspose1d(int channels, int... kernel) {
        this(Settings.of("ConvTranspose1d", 1, /* transposed= */ true, channels, kernel));
    }

    private ConvTranspose1d(Settings settings) {
        super(settings, ConvTranspose1d::new);
    }

    /** The same with y longer by this at its end; must be below stride or dilation when bound. */
    public ConvTranspose1d outputPadding(int... padding) {
        return withOutputPadding(padding);
    }
}
