package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Makes each line along one dimension a distribution, {@code y = eˣ / Σ eˣ}. x and y have one
 * shape.
 *
 * @param dim the dimension, 1 for (N, C); a negative one counts from the end
 */
public record Softmax(int dim) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Normalizations.Softmax.outputShape(/* logarithm= */ false, input, dim);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Normalizations.Softmax(/* logarithm= */ false, dim, x, to))
                .y();
    }
}
