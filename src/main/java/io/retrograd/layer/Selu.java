package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/**
 * Scaled exponential linear unit, {@code y = scale·x for x > 0, else scale·α·(eˣ − 1)}, with {@link
 * ActivationSpec#SELU_SCALE} and {@link ActivationSpec#SELU_ALPHA}.
 *
 * <p>Source: G. Klambauer et al., Self-normalizing neural networks, NeurIPS 2017.
 */
public record Selu() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.SELU);
    }
}
