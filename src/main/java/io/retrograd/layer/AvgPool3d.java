package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;

/**
 * The mean of each window over 3 spatial dimensions: x (N, C, D, H, W), y (N, C, D′, H′, W′).
 *
 * @see PoolingSpec the sizes of y
 */
public final class AvgPool3d extends AveragePooling<AvgPool3d> {
    /**
     * With stride as large as the kernel and no padding; padding, where set, counts as zeros.
     *
     * @param kernel one size for all dimensions, or one each
     */
    public AvgPool3d(int... kernel) {
        this(Settings.of("AvgPool3d", 3, kernel));
    }

    private AvgPool3d(Settings settings) {
        super(settings, AvgPool3d::new);
    }
}
