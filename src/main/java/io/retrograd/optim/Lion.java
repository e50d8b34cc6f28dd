package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * Lion, {@code w ← w − lr·sign(β₁·m + (1 − β₁)·g)} with the running mean m of the gradient; the
 * whole rule stands at {@link UpdateRule.Lion}. Its learning rate is 3 to 10 times smaller than
 * Adam's.
 */
public record Lion(double learningRate, UpdateRule.Lion spec) implements Optimizer {
    public Lion {
        Checks.notNegative("Lion", "learning rate", learningRate);
    }

    /** With the paper's defaults: β₁ = 0.9, β₂ = 0.99, no weight decay. */
    public Lion(double learningRate) {
        this(learningRate, new UpdateRule.Lion(0.9, 0.99, 0));
    }

    /** The same with other shares of the mean: in the step, and in the next mean. */
    public Lion betas(double beta1, double beta2) {
        return new Lion(learningRate, new UpdateRule.Lion(beta1, beta2, spec.weightDecay()));
    }

    /** The same with weight decay beside the step. */
    public Lion weightDecay(double decay) {
        return new Lion(learningRate, new UpdateRule.Lion(spec.beta1(), spec.beta2(), decay));
    }
}
