package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Piecewise linear sigmoid, {@code y = clamp(x + 3, 0, 6) / 6}. */
public record Hardsigmoid() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.HARDSIGMOID);
    }
}
