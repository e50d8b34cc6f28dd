package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/**
 * Mish, {@code y = x · tanh(log(1 + eˣ))}.
 *
 * <p>Source: D. Misra, Mish: a self regularized non-monotonic activation function, BMVC 2020.
 */
public record Mish() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.MISH);
    }
}
