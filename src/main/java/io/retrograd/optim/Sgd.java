package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * Stochastic gradient descent, {@code w ← w − lr·g}; the whole rule stands at {@link
 * UpdateRule.Sgd}.
 */
public record Sgd(double learningRate, UpdateRule.Sgd spec) implements Optimizer {
    public Sgd {
        Checks.notNegative("Sgd", "learning rate", learningRate);
    }

    /** Without momentum or weight decay. */
    public Sgd(double learningRate) {
        this(learningRate, new UpdateRule.Sgd(0, 0, /* nesterov= */ false, 0));
    }

    /** The same with momentum. */
    public Sgd momentum(double momentum) {
        return new Sgd(
                learningRate,
                new UpdateRule.Sgd(
                        momentum, spec.dampening(), spec.nesterov(), spec.weightDecay()));
    }

    /** The same with only the share 1 − dampening of each gradient in the momentum. */
    public Sgd dampening(double dampening) {
        return new Sgd(
                learningRate,
                new UpdateRule.Sgd(
                        spec.momentum(), dampening, spec.nesterov(), spec.weightDecay()));
    }

    /** The same with Nesterov's momentum; set the momentum first. */
    public Sgd nesterov() {
        return new Sgd(
                learningRate,
                new UpdateRule.Sgd(
                        spec.momentum(),
                        spec.dampening(),
                        /* nesterov= */ true,
                        spec.weightDecay()));
    }

    /** The same with weight decay. */
    public Sgd weightDecay(double decay) {
        return new Sgd(
                learningRate,
                new UpdateRule.Sgd(spec.momentum(), spec.dampening(), spec.nesterov(), decay));
    }
}
