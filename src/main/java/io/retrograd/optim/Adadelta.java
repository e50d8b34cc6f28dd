package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * Adadelta, {@code w ← w − lr·√(a + eps) / √(s + eps)·g} with running means s of g² and a of the
 * squared changes; the whole rule stands at {@link UpdateRule.Adadelta}.
 */
public record Adadelta(double learningRate, UpdateRule.Adadelta spec) implements Optimizer {
    public Adadelta {
        Checks.notNegative("Adadelta", "learning rate", learningRate);
    }

    /**
     * With PyTorch's defaults but the learning rate, 1 there: ρ = 0.9, eps = 1e-6, no weight decay.
     */
    public Adadelta(double learningRate) {
        this(learningRate, new UpdateRule.Adadelta(0.9, 1e-6, 0));
    }

    /** The same with another decay rate of the means. */
    public Adadelta rho(double rho) {
        return new Adadelta(
                learningRate, new UpdateRule.Adadelta(rho, spec.eps(), spec.weightDecay()));
    }

    /** The same with another constant under both roots. */
    public Adadelta eps(double eps) {
        return new Adadelta(
                learningRate, new UpdateRule.Adadelta(spec.rho(), eps, spec.weightDecay()));
    }

    /** The same with weight decay. */
    public Adadelta weightDecay(double decay) {
        return new Adadelta(learningRate, new UpdateRule.Adadelta(spec.rho(), spec.eps(), decay));
    }
}
