package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Samplings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A part of x along one dimension.
 *
 * @param dim the dimension, 0 for the batch; a negative one counts from the end
 * @param start the first element; a negative one counts from the end
 * @param length how many elements, at least 1
 */
public record Narrow(int dim, int start, int length) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Samplings.Narrow.outputShape(dim, start, length, input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Samplings.Narrow(dim, start, length, x, to)).y();
    }
}
