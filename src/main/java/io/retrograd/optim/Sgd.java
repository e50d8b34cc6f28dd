package io.retrograd.optim;

import io.retrograd.backend.Checks;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.SgdSpec;
import io.retrograd.backend.Update;

/** Stochastic gradient descent, {@code w ← w − lr·g}; the whole rule stands at {@link SgdSpec}. */
public record Sgd(double learningRate, SgdSpec spec) implements Optimizer {
    public Sgd {
        Checks.notNegative("Sgd", "learning rate", learningRate);
    }

    /** Without momentum or weight decay. */
    public Sgd(double learningRate) {
        this(learningRate, new SgdSpec(0, 0, /* nesterov= */ false, 0));
    }

    /** The same with momentum. */
    public Sgd momentum(double momentum) {
        return new Sgd(
                learningRate,
                new SgdSpec(momentum, spec.dampening(), spec.nesterov(), spec.weightDecay()));
    }

    /** The same with only the share 1 − dampening of each gradient in the momentum. */
    public Sgd dampening(double dampening) {
        return new Sgd(
                learningRate,
                new SgdSpec(spec.momentum(), dampening, spec.nesterov(), spec.weightDecay()));
    }

    /** The same with Nesterov's momentum; set the momentum first. */
    public Sgd nesterov() {
        return new Sgd(
                learningRate,
                new SgdSpec(
                        spec.momentum(),
                        spec.dampening(),
                        /* nesterov= */ true,
                        spec.weightDecay()));
    }

    /** The same with weight decay. */
    public Sgd weightDecay(double decay) {
        return new Sgd(
                learningRate,
                new SgdSpec(spec.momentum(), spec.dampening(), spec.nesterov(), decay));
    }

    @Override
    public Update bind(Parameters parameters) {
        return parameters.update(operations -> operations.sgd(spec, parameters));
    }
}
