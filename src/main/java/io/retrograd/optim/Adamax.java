package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * Adamax, {@code w ← w − lr·m̂ / u} with the running mean m̂ of the gradient and its largest recent
 * size u; the whole rule stands at {@link UpdateRule.Adamax}.
 */
public record Adamax(double learningRate, UpdateRule.Adamax spec) implements Optimizer {
    public Adamax {
        Checks.notNegative("Adamax", "learning rate", learningRate);
    }

    /** With PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, eps = 1e-8, no weight decay. */
    public Adamax(double learningRate) {
        this(learningRate, new UpdateRule.Adamax(0.9, 0.999, 1e-8, 0));
    }

    /** The same with other decay rates of the mean and of the largest size. */
    public Adamax betas(double beta1, double beta2) {
        return new Adamax(
                learningRate, new UpdateRule.Adamax(beta1, beta2, spec.eps(), spec.weightDecay()));
    }

    /** The same with another addend of the gradient's size. */
    public Adamax eps(double eps) {
        return new Adamax(
                learningRate,
                new UpdateRule.Adamax(spec.beta1(), spec.beta2(), eps, spec.weightDecay()));
    }

    /** The same with weight decay. */
    public Adamax weightDecay(double decay) {
        return new Adamax(
                learningRate, new UpdateRule.Adamax(spec.beta1(), spec.beta2(), spec.eps(), decay));
    }
}
