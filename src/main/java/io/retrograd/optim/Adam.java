package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * Adam, {@code w ← w − lr·m̂ / (√v̂ + eps)} with running means m̂ of the gradient and v̂ of its
 * square; from {@link #adamW} AdamW. The whole rule stands at {@link UpdateRule.Adam}.
 */
public record Adam(double learningRate, UpdateRule.Adam spec) implements Optimizer {
    public Adam {
        Checks.notNegative("Adam", "learning rate", learningRate);
    }

    /** With PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, eps = 1e-8, no weight decay. */
    public Adam(double learningRate) {
        this(
                learningRate,
                new UpdateRule.Adam(
                        0.9, 0.999, 1e-8, 0, /* amsgrad= */ false, /* decoupled= */ false));
    }

    /** AdamW with PyTorch's defaults: those of Adam, and weight decay 0.01. */
    public static Adam adamW(double learningRate) {
        return new Adam(
                learningRate,
                new UpdateRule.Adam(
                        0.9, 0.999, 1e-8, 0.01, /* amsgrad= */ false, /* decoupled= */ true));
    }

    /** The same with other decay rates of the two means. */
    public Adam betas(double beta1, double beta2) {
        return with(beta1, beta2, spec.eps());
    }

    /** The same with another constant in the denominator. */
    public Adam eps(double eps) {
        return with(spec.beta1(), spec.beta2(), eps);
    }

    /** The same with the largest v so far in place of v. */
    public Adam amsgrad() {
        return with(spec.weightDecay(), /* amsgrad= */ true);
    }

    /** The same with weight decay: of the gradient for Adam, beside it for AdamW. */
    public Adam weightDecay(double decay) {
        return with(decay, spec.amsgrad());
    }

    private Adam with(double beta1, double beta2, double eps) {
        return new Adam(
                learningRate,
                new UpdateRule.Adam(
                        beta1, beta2, eps, spec.weightDecay(), spec.amsgrad(), spec.decoupled()));
    }

    private Adam with(double weightDecay, boolean amsgrad) {
        return new Adam(
                learningRate,
                new UpdateRule.Adam(
                        spec.beta1(),
                        spec.beta2(),
                        spec.eps(),
                        weightDecay,
                        amsgrad,
                        spec.decoupled()));
    }
}
