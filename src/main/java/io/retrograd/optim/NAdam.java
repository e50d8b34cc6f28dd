package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * NAdam, Adam with Nesterov's momentum, which grows with the steps; the whole rule stands at {@link
 * UpdateRule.NAdam}.
 */
public record NAdam(double learningRate, UpdateRule.NAdam spec) implements Optimizer {
    public NAdam {
        Checks.notNegative("NAdam", "learning rate", learningRate);
    }

    /**
     * With PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, eps = 1e-8, no weight decay, momentum decay
     * 0.004.
     */
    public NAdam(double learningRate) {
        this(learningRate, new UpdateRule.NAdam(0.9, 0.999, 1e-8, 0, 4e-3, /* decoupled= */ false));
    }

    /** The same with other decay rates of the two means. */
    public NAdam betas(double beta1, double beta2) {
        return new NAdam(
                learningRate,
                new UpdateRule.NAdam(
                        beta1,
                        beta2,
                        spec.eps(),
                        spec.weightDecay(),
                        spec.momentumDecay(),
                        spec.decoupled()));
    }

    /** The same with another constant in the denominator. */
    public NAdam eps(double eps) {
        return new NAdam(
                learningRate,
                new UpdateRule.NAdam(
                        spec.beta1(),
                        spec.beta2(),
                        eps,
                        spec.weightDecay(),
                        spec.momentumDecay(),
                        spec.decoupled()));
    }

    /** The same with weight decay. */
    public NAdam weightDecay(double decay) {
        return new NAdam(
                learningRate,
                new UpdateRule.NAdam(
                        spec.beta1(),
                        spec.beta2(),
                        spec.eps(),
                        decay,
                        spec.momentumDecay(),
                        spec.decoupled()));
    }

    /** The same with another ψ in the momentum {@code β₁·(1 − 0.96^(t·ψ) / 2)}. */
    public NAdam momentumDecay(double decay) {
        return new NAdam(
                learningRate,
                new UpdateRule.NAdam(
                        spec.beta1(),
                        spec.beta2(),
                        spec.eps(),
                        spec.weightDecay(),
                        decay,
                        spec.decoupled()));
    }

    /** The same with weight decay beside the gradient, as in AdamW. */
    public NAdam decoupled() {
        return new NAdam(
                learningRate,
                new UpdateRule.NAdam(
                        spec.beta1(),
                        spec.beta2(),
                        spec.eps(),
                        spec.weightDecay(),
                        spec.momentumDecay(),
                        true));
    }
}
