package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Softsign, {@code y = x / (1 + |x|)}. */
public record Softsign() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.SOFTSIGN);
    }
}
