package io.retrograd.optim;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;

/**
 * RMSProp, {@code w ← w − lr·g / (√s + eps)} with the running mean s of g²; the whole rule stands
 * at {@link UpdateRule.RmsProp}.
 */
public record RmsProp(double learningRate, UpdateRule.RmsProp spec) implements Optimizer {
    public RmsProp {
        Checks.notNegative("RmsProp", "learning rate", learningRate);
    }

    /** With PyTorch's defaults: α = 0.99, eps = 1e-8, no weight decay, no momentum. */
    public RmsProp(double learningRate) {
        this(learningRate, new UpdateRule.RmsProp(0.99, 1e-8, 0, 0, /* centered= */ false));
    }

    /** The same with another decay rate of the mean. */
    public RmsProp alpha(double alpha) {
        return with(alpha, spec.eps(), spec.weightDecay(), spec.momentum(), spec.centered());
    }

    /** The same with another constant in the denominator. */
    public RmsProp eps(double eps) {
        return with(spec.alpha(), eps, spec.weightDecay(), spec.momentum(), spec.centered());
    }

    /** The same with weight decay. */
    public RmsProp weightDecay(double decay) {
        return with(spec.alpha(), spec.eps(), decay, spec.momentum(), spec.centered());
    }

    /** The same with momentum. */
    public RmsProp momentum(double momentum) {
        return with(spec.alpha(), spec.eps(), spec.weightDecay(), momentum, spec.centered());
    }

    /** The same with the variance of g in place of the mean of g². */
    public RmsProp centered() {
        return with(spec.alpha(), spec.eps(), spec.weightDecay(), spec.momentum(), true);
    }

    private RmsProp with(
            double alpha, double eps, double weightDecay, double momentum, boolean centered) {
        return new RmsProp(
                learningRate, new UpdateRule.RmsProp(alpha, eps, weightDecay, momentum, centered));
    }
}
