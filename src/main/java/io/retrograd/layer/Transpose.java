package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** Swaps two dimensions of x; negative ones count from the end. */
public record Transpose(int dim0, int dim1) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Arrangements.Transpose.outputShape(input, dim0, dim1);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Transpose(dim0, dim1, x, to)).y();
    }
}
