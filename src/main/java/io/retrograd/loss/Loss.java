package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** A number that says how far a network's output is from its target. Immutable. */
public interface Loss {
    /**
     * The target for outputs of this shape: indices for losses on class labels, else values.
     *
     * @throws IllegalArgumentException if the loss does not take such outputs
     */
    Tensor target(Binder binder, Shape output);

    /** Records the loss and returns it: a scalar whose gradient is 1. */
    Tensor bind(Binder binder, Tensor output, Tensor target);
}
