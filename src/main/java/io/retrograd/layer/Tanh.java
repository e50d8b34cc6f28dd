package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Hyperbolic tangent, {@code y = tanh(x)}. */
public record Tanh() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.TANH);
    }
}
