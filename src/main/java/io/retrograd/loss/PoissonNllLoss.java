package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Negative log-likelihood of counts t that are Poisson distributed, {@code l = eˣ − t·x}, x being
 * the logarithm of their mean; or {@code l = x − t·log(x + ε)} of the mean x itself. The term log
 * t! is left out, or approximated by Stirling's formula; {@link Kind#POISSON_NLL} has it.
 *
 * @param logInput whether x is the logarithm of the mean
 * @param full whether the terms of t alone are added; gradients are the same
 * @param eps ε, at least 0, which keeps log(x + ε) finite at x = 0
 * @param reduction mean or sum over the elements
 */
public record PoissonNllLoss(boolean logInput, boolean full, double eps, Reduction reduction)
        implements PointwiseLoss {
    public PoissonNllLoss {
        spec(logInput, full, eps, reduction);
    }

    /** The mean over all elements of logarithms x, not full, with ε 1e-8. */
    public PoissonNllLoss() {
        this(/* logInput= */ true, /* full= */ false, 1e-8, Reduction.MEAN);
    }

    /** The same of logarithms, or of means. */
    public PoissonNllLoss logInput(boolean value) {
        return new PoissonNllLoss(value, full, eps, reduction);
    }

    /** The same with the terms of t alone, or without. */
    public PoissonNllLoss full(boolean value) {
        return new PoissonNllLoss(logInput, value, eps, reduction);
    }

    /** The same with another ε. */
    public PoissonNllLoss eps(double value) {
        return new PoissonNllLoss(logInput, full, value, reduction);
    }

    @Override
    public PoissonNllLoss reduction(Reduction other) {
        return new PoissonNllLoss(logInput, full, eps, other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return spec(logInput, full, eps, reduction);
    }

    private static PointwiseLossSpec spec(
            boolean logInput, boolean full, double eps, Reduction reduction) {
        Kind kind = logInput ? Kind.POISSON_NLL_LOG : Kind.POISSON_NLL;
        return new PointwiseLossSpec(kind, eps, full ? 1 : 0, reduction);
    }
}
