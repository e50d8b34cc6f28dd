package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * Adagrad, {@code w ← w − lr·g / (√s + eps)} with the sum s of all g²; the whole rule stands at
 * {@link UpdateRule.Adagrad}.
 */
public record Adagrad(double learningRate, UpdateRule.Adagrad spec) implements Optimizer {
    public Adagrad {
        Checks.notNegative("Adagrad", "learning rate", learningRate);
    }

    /** With PyTorch's defaults: eps = 1e-10, no decay of the learning rate or the weights. */
    public Adagrad(double learningRate) {
        this(learningRate, new UpdateRule.Adagrad(0, 1e-10, 0));
    }

    /** The same with a learning rate that falls as 1 / (1 + (t − 1)·decay). */
    public Adagrad lrDecay(double decay) {
        return new Adagrad(
                learningRate, new UpdateRule.Adagrad(decay, spec.eps(), spec.weightDecay()));
    }

    /** The same with another constant in the denominator. */
    public Adagrad eps(double eps) {
        return new Adagrad(
                learningRate, new UpdateRule.Adagrad(spec.lrDecay(), eps, spec.weightDecay()));
    }

    /** The same with weight decay. */
    public Adagrad weightDecay(double decay) {
        return new Adagrad(learningRate, new UpdateRule.Adagrad(spec.lrDecay(), spec.eps(), decay));
    }
}
