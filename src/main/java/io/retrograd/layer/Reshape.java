package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * The elements of each sample in another shape: x (N, ...), y (N, sizes...).
 *
 * @param sizes the sizes of a sample of y
 */
public record Reshape(Shape sizes) implements Layer {
    public Reshape(int... sizes) {
        this(Shape.of(sizes));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1 || input.size() != sizes.size() * input.dim(0)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Reshape: expected samples of as many elements as %s, got input %s",
                            sizes, input));
        }
        return sizes.batch(input.dim(0));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Reshape(kind(), outputShape(x.shape()), x, to))
                .y();
    }
}
