package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * LAMB, AdamW whose step in each parameter is as long as lr times the parameter; the whole rule
 * stands at {@link UpdateRule.Lamb}.
 */
public record Lamb(double learningRate, UpdateRule.Lamb spec) implements Optimizer {
    public Lamb {
        Checks.notNegative("Lamb", "learning rate", learningRate);
    }

    /** With the paper's defaults: β₁ = 0.9, β₂ = 0.999, eps = 1e-6, weight decay 0.01. */
    public Lamb(double learningRate) {
        this(learningRate, new UpdateRule.Lamb(0.9, 0.999, 1e-6, 0.01));
    }

    /** The same with other decay rates of the two means. */
    public Lamb betas(double beta1, double beta2) {
        return new Lamb(
                learningRate, new UpdateRule.Lamb(beta1, beta2, spec.eps(), spec.weightDecay()));
    }

    /** The same with another constant in the denominator. */
    public Lamb eps(double eps) {
        return new Lamb(
                learningRate,
                new UpdateRule.Lamb(spec.beta1(), spec.beta2(), eps, spec.weightDecay()));
    }

    /** The same with weight decay in the step. */
    public Lamb weightDecay(double decay) {
        return new Lamb(
                learningRate, new UpdateRule.Lamb(spec.beta1(), spec.beta2(), spec.eps(), decay));
    }
}
