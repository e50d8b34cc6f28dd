package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** The sum of inputs of one shape, as a node of a {@link Graph}. */
public record Add() implements Join {
    @Override
    public Shape joinedShape(List<Shape> inputs) {
        if (inputs.stream().distinct().count() != 1) {
            throw new IllegalArgumentException("Add: expected inputs of one shape, got " + inputs);
        }
        return inputs.get(0);
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        return binder.record(to -> new Arrangements.Add(inputs, to)).y();
    }
}
