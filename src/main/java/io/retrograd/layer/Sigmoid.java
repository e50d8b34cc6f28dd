package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Logistic function, {@code y = 1 / (1 + e⁻ˣ)}. */
public record Sigmoid() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.SIGMOID);
    }
}
