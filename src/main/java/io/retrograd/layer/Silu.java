package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Sigmoid linear unit, or swish, {@code y = x · sigmoid(x)}. */
public record Silu() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.SILU);
    }
}
