package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * RAdam, Adam whose first steps are those of momentum, until the variance of its denominator is
 * known; the whole rule stands at {@link UpdateRule.RAdam}.
 */
public record RAdam(double learningRate, UpdateRule.RAdam spec) implements Optimizer {
    public RAdam {
        Checks.notNegative("RAdam", "learning rate", learningRate);
    }

    /** With PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, eps = 1e-8, no weight decay. */
    public RAdam(double learningRate) {
        this(learningRate, new UpdateRule.RAdam(0.9, 0.999, 1e-8, 0, /* decoupled= */ false));
    }

    /** The same with other decay rates of the two means. */
    public RAdam betas(double beta1, double beta2) {
        return new RAdam(
                learningRate,
                new UpdateRule.RAdam(
                        beta1, beta2, spec.eps(), spec.weightDecay(), spec.decoupled()));
    }

    /** The same with another constant in the denominator. */
    public RAdam eps(double eps) {
        return new RAdam(
                learningRate,
                new UpdateRule.RAdam(
                        spec.beta1(), spec.beta2(), eps, spec.weightDecay(), spec.decoupled()));
    }

    /** The same with weight decay. */
    public RAdam weightDecay(double decay) {
        return new RAdam(
                learningRate,
                new UpdateRule.RAdam(
                        spec.beta1(), spec.beta2(), spec.eps(), decay, spec.decoupled()));
    }

    /** The same with weight decay beside the gradient, as in AdamW. */
    public RAdam decoupled() {
        return new RAdam(
                learningRate,
                new UpdateRule.RAdam(
                        spec.beta1(), spec.beta2(), spec.eps(), spec.weightDecay(), true));
    }
}
