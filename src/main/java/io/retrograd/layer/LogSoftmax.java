package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Logarithm of softmax along one dimension, {@code y = x − log Σ eˣ}. x and y have one shape.
 *
 * @param dim the dimension, 1 for (N, C); a negative one counts from the end
 */
public record LogSoftmax(int dim) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Normalizations.Softmax.outputShape(/* logarithm= */ true, input, dim);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Normalizations.Softmax(/* logarithm= */ true, dim, x, to))
                .y();
    }
}
