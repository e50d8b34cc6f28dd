package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/**
 * Gaussian error linear unit, {@code y = x · Φ(x)}; Φ is the normal distribution function itself,
 * not its tanh approximation.
 *
 * <p>Source: D. Hendrycks, K. Gimpel, Gaussian error linear units, 2016.
 */
public record Gelu() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.GELU);
    }
}
