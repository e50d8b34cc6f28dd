package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Sets each element to 0 with probability p and divides the others by 1 − p, in training; the
 * identity in inference. x and y have one shape.
 *
 * <p>The elements are drawn anew each step, the same ones on every backend for the same seed.
 *
 * <p>Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from
 * overfitting, JMLR 15, 2014.
 *
 * @param p in [0, 1)
 */
public record Dropout(double p) implements Layer {
    public Dropout {
        Elementwise.Dropout.check(p);
    }

    /** With p 0.5. */
    public Dropout() {
        this(0.5);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.dropout(p, x);
    }
}
