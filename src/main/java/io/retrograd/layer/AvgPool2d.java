package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;

/**
 * The mean of each window over 2 spatial dimensions: x (N, C, H, W), y (N, C, H′, W′).
 *
 * @see PoolingSpec the sizes of y
 */
public final class AvgPool2d extends AveragePooling<AvgPool2d> {
    /**
     * With stride as large as the kernel and no padding; padding, where set, counts as zeros.
     *
     * @param kernel one size for all dimensions, or one each
     */
    public AvgPool2d(int... kernel) {
        this(Settings.of("AvgPool2d", 2, kernel));
    }

    private AvgPool2d(Settings settings) {
        super(settings, AvgPool2d::new);
    }
}
