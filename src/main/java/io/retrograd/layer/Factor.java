package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Element by element the product with a tensor, {@code y = weight·x}; where x or the weight has
 * size 1, its element counts for all of the other's. At first it is 1.
 *
 * <pre>
 *   x (d₁, …, dₙ)    weight (s₁, …, sₙ), each size that of x or 1
 * </pre>
 *
 * @param sizes those of the weight
 * @param trained whether it is a parameter, else a buffer
 */
public record Factor(Shape sizes, boolean trained) implements Stored {
    /** With a trained weight. */
    public Factor(int... sizes) {
        this(Shape.of(sizes), /* trained= */ true);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return bind(binder, x, Binary.Kind.MUL, "weight", /* first= */ 1);
    }
}
