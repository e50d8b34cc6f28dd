package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;

/**
 * The largest element of each window over 3 spatial dimensions: x (N, C, D, H, W), y (N, C, D′, H′,
 * W′).
 *
 * @see PoolingSpec the sizes of y
 */
public final class MaxPool3d extends MaxPooling<MaxPool3d> {
    /**
     * With stride as large as the kernel, no padding, and dilation 1.
     *
     * @param kernel one size for all dimensions, or one each
     */
    public MaxPool3d(int... kernel) {
        this(Settings.of("MaxPool3d", 3, kernel));
    }

    private MaxPool3d(Settings settings) {
        super(settings, MaxPool3d::new);
    }
}
