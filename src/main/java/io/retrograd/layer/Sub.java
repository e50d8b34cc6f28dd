package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * The first of two inputs less the second, as a node of a {@link Graph}; where one has size 1, its
 * element counts for all of the other's.
 */
public record Sub() implements Join {
    @Override
    public Shape joinedShape(List<Shape> inputs) {
        return Laid.shape("Sub", inputs);
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        return Laid.over("Sub", Binary.Kind.SUB, binder, inputs);
    }
}
