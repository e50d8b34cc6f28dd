package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Logarithm of the logistic function, {@code y = −log(1 + e⁻ˣ)}. */
public record Logsigmoid() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.LOGSIGMOID);
    }
}
