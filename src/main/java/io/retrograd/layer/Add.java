package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * The sum of inputs of one shape, as a node of a {@link Graph}; or of two, where an element of one
 * that has size 1 counts for all of the other's.
 */
public record Add() implements Join {
    private static final String NAME = "Add";

    @Override
    public Shape joinedShape(List<Shape> inputs) {
        if (inputs.stream().distinct().count() == 1) {
            return inputs.get(0);
        }
        if (inputs.size() != 2) {
            throw new IllegalArgumentException("Add: expected inputs of one shape, got " + inputs);
        }
        return Laid.shape(NAME, inputs);
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        boolean same = inputs.stream().map(Tensor::shape).distinct().count() == 1;
        return same
                ? binder.record(to -> new Arrangements.Add(inputs, to)).y()
                : Laid.over(NAME, Binary.Kind.ADD, binder, inputs);
    }
}
