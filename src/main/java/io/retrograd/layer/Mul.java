package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * The product of two inputs, as a node of a {@link Graph}; where one has size 1, its element counts
 * for all of the other's.
 */
public record Mul() implements Join {
    private static final String NAME = "Mul";

    @Override
    public Shape joinedShape(List<Shape> inputs) {
        if (inputs.size() != 2) {
            throw new IllegalArgumentException(NAME + ": expected 2 inputs, got " + inputs);
        }
        return Broadcast.shape(NAME, inputs.get(0), inputs.get(1));
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        joinedShape(inputs.stream().map(Tensor::shape).toList());
        return binder.record(
                        to ->
                                new Elementwise.Binary(
                                        NAME, Binary.Kind.MUL, inputs.get(0), inputs.get(1), to))
                .y();
    }
}
