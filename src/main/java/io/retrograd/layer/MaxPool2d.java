package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;

/**
 * The largest element of each window over 2 spatial dimensions: x (N, C, H, W), y (N, C, H′, W′).
 *
 * @see PoolingSpec the sizes of y
 */
public final class MaxPool2d extends MaxPooling<MaxPool2d> {
    /**
     * With stride as large as the kernel, no padding, and dilation 1.
     *
     * @param kernel one size for all dimensions, or one each
     */
    public MaxPool2d(int... kernel) {
        this(Settings.of("MaxPool2d", 2, kernel));
    }

    private MaxPool2d(Settings settings) {
        super(settings, MaxPool2d::new);
    }
}
