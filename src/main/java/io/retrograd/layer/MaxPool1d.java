package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;

/**
 * The largest element of each window over 1 spatial dimension: x (N, C, L), y (N, C, L′).
 *
 * @see PoolingSpec the sizes of y
 */
public final class MaxPool1d extends MaxPooling<MaxPool1d> {
    /**
     * With stride as large as the kernel, no padding, and dilation 1.
     *
     * @param kernel one size for all dimensions, or one each
     */
    public MaxPool1d(int... kernel) {
        this(Settings.of("MaxPool1d", 1, kernel));
    }

    private MaxPool1d(Settings settings) {
        super(settings, MaxPool1d::new);
    }
}
