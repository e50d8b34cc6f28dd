package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Sets each channel of each sample to 0 with probability p and divides the others by 1 − p, in
 * training; the identity in inference. x and y (N, C, ...).
 *
 * <p>Source: J. Tompson et al., Efficient object localization using convolutional networks, CVPR
 * 2015.
 *
 * @param p in [0, 1)
 */
public record Dropout2d(double p) implements Layer {
    private static final String NAME = "Dropout2d";

    public Dropout2d {
        Elementwise.Dropout.check(p);
    }

    /** With p 0.5. */
    public Dropout2d() {
        this(0.5);
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.channels(NAME, input);
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Checks.channels(NAME, x.shape());
        return Dropped.bind(binder, NAME, p, 2, x);
    }
}
