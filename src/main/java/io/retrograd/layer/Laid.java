package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** Two inputs of a node laid over each other. */
final class Laid {
    private Laid() {}

    /** The shape that covers both. */
    static Shape shape(String name, List<Shape> inputs) {
        if (inputs.size() != 2) {
            throw new IllegalArgumentException(name + ": expected 2 inputs, got " + inputs);
        }
        return Broadcast.shape(name, inputs.get(0), inputs.get(1));
    }

    /** Both combined. */
    static Tensor over(String name, Binary.Kind kind, Binder binder, List<Tensor> inputs) {
        shape(name, inputs.stream().map(Tensor::shape).toList());
        return binder.record(
                        to -> new Elementwise.Binary(name, kind, inputs.get(0), inputs.get(1), to))
                .y();
    }
}
