package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** The mean of each channel's plane: x (N, C, H, W), y (N, C). */
public record GlobalAvgPool2d() implements Layer {
    private static final AdaptiveAvgPool2d POOL = new AdaptiveAvgPool2d(1);

    @Override
    public Shape outputShape(Shape input) {
        Shape pooled = POOL.outputShape(input);
        return Shape.of(pooled.dim(0), pooled.dim(1));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.reshape(outputShape(x.shape()), POOL.bind(binder, x));
    }
}
