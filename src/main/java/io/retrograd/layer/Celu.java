package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.tensor.Checks;

/**
 * Continuously differentiable exponential linear unit, {@code y = x for x > 0, else α·(e^(x/α) −
 * 1)}.
 *
 * <p>Source: J. T. Barron, Continuously differentiable exponential linear units, 2017.
 *
 * @param alpha α, above 0: what y approaches below 0, negated
 */
public record Celu(double alpha) implements Activation {
    public Celu {
        Checks.positive("Celu", "alpha", alpha);
    }

    /** With α 1. */
    public Celu() {
        this(1);
    }

    @Override
    public ActivationSpec spec() {
        return new ActivationSpec(ActivationSpec.Kind.CELU, alpha);
    }
}
