package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** {@code y = factor·x} */
public record Scale(double factor) implements Layer {
    public Scale {
        Arrangements.Scale.check(factor);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Scale(factor, x, to)).y();
    }
}
