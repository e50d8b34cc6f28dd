package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Stochastic depth: sets each sample to 0 with probability p and divides the others by 1 − p, in
 * training; the identity in inference. x and y (N, ...). At the end of a {@link Residual}'s body,
 * it leaves out the body for some samples.
 *
 * <p>Source: G. Huang et al., Deep networks with stochastic depth, ECCV 2016.
 *
 * @param p in [0, 1)
 */
public record DropPath(double p) implements Layer {
    private static final String NAME = "DropPath";

    public DropPath {
        Elementwise.Dropout.check(p);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new IllegalArgumentException(NAME + ": expected input (N, ...), got " + input);
        }
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        return Dropped.bind(binder, NAME, p, 1, x);
    }
}
