package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** Makes each sample a vector: x (N, ...), y (N, elements of one sample). */
public record Flatten() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new IllegalArgumentException("Flatten: expected input (N, ...), got a scalar");
        }
        return Shape.of(input.dim(0), Math.toIntExact(input.size() / input.dim(0)));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Reshape(kind(), outputShape(x.shape()), x, to))
                .y();
    }
}
