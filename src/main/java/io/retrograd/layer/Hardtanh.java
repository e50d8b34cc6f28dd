package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Piecewise linear tanh, {@code y = x clamped to [−1, 1]}; its derivative at the ends is 0. */
public record Hardtanh() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.HARDTANH);
    }
}
