package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** The mean of each channel's plane: x (N, C, H, W), y (N, C). */
public record GlobalAvgPool2d() implements Layer {
    private static final Shape ONE = Shape.of(1, 1);

    @Override
    public Shape outputShape(Shape input) {
        Shape pooled = Poolings.adaptiveShape(kind(), input, ONE);
        return Shape.of(pooled.dim(0), pooled.dim(1));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Tensor means =
                binder.record(to -> new Poolings.AdaptiveAveragePooling(kind(), ONE, x, to)).y();
        return new Flatten().bind(binder, means);
    }
}
