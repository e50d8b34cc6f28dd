package io.retrograd.parity;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** {@code y = x·other}, the other factor as a parameter. */
record Multiplied(Shape other) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Broadcast.shape(kind(), input, other);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        Tensor w = binder.parameter("other", other, Initializer.constant(1));
        return binder.record(to -> new Elementwise.Binary(kind(), Binary.Kind.MUL, x, w, to)).y();
    }
}
