package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;

/**
 * The mean of each window over 1 spatial dimension: x (N, C, L), y (N, C, L′).
 *
 * @see PoolingSpec the sizes of y
 */
public final class AvgPool1d extends AveragePooling<AvgPool1d> {
    /**
     * With stride as large as the kernel and no padding; padding, where set, counts as zeros.
     *
     * @param kernel one size for all dimensions, or one each
     */
    public AvgPool1d(int... kernel) {
        this(Settings.of("AvgPool1d", 1, kernel));
    }

    private AvgPool1d(Settings settings) {
        super(settings, AvgPool1d::new);
    }
}
