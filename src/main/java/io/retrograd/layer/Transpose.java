package io.retrograd.layer;

import io.retrograd.backend.Binder;
import io.retrograd.backend.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** Swaps two dimensions of x; negative ones count from the end. */
public record Transpose(int dim0, int dim1) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        int a = Checks.dimension("Transpose", dim0, input);
        int b = Checks.dimension("Transpose", dim1, input);
        return input.with(a, input.dim(b)).with(b, input.dim(a));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.transpose(dim0, dim1, x);
    }
}
