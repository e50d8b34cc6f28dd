package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** What tanh takes away, {@code y = x − tanh(x)}. */
public record Tanhshrink() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.TANHSHRINK);
    }
}
