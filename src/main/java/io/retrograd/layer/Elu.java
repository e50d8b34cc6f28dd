package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.tensor.Checks;

/**
 * Exponential linear unit, {@code y = x for x > 0, else α·(eˣ − 1)}.
 *
 * <p>Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning
 * by exponential linear units, ICLR 2016.
 *
 * @param alpha α, what y approaches below 0, negated
 */
public record Elu(double alpha) implements Activation {
    public Elu {
        Checks.finite("Elu", "alpha", alpha);
    }

    /** With α 1. */
    public Elu() {
        this(1);
    }

    @Override
    public ActivationSpec spec() {
        return new ActivationSpec(ActivationSpec.Kind.ELU, alpha);
    }
}
