package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A tensor added, {@code y = x + bias}; where x or the bias has size 1, its element counts for all
 * of the other's. At first it is 0.
 *
 * <pre>
 *   x (d₁, …, dₙ)    bias (s₁, …, sₙ), each size that of x or 1
 * </pre>
 *
 * @param sizes those of the bias
 * @param trained whether it is a parameter, else a buffer
 */
public record Offset(Shape sizes, boolean trained) implements Stored {
    /** With a trained bias. */
    public Offset(int... sizes) {
        this(Shape.of(sizes), /* trained= */ true);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return bind(binder, x, Binary.Kind.ADD, "bias", /* first= */ 0);
    }
}
