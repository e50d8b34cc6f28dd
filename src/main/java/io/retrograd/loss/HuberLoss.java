package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Squared error near the target, absolute error far from it: {@code l = (x − t)² / 2} for {@code |x
 * − t| ≤ δ}, else {@code δ·(|x − t| − δ/2)}.
 *
 * <p>Source: P. J. Huber, Robust estimation of a location parameter, 1964.
 *
 * @param delta where the pieces meet, above 0
 * @param reduction mean or sum over the elements
 */
public record HuberLoss(double delta, Reduction reduction) implements PointwiseLoss {
    public HuberLoss {
        new PointwiseLossSpec(Kind.HUBER, delta, reduction);
    }

    /** The mean over all elements, with δ 1. */
    public HuberLoss() {
        this(1);
    }

    /** The mean over all elements. */
    public HuberLoss(double delta) {
        this(delta, Reduction.MEAN);
    }

    @Override
    public HuberLoss reduction(Reduction other) {
        return new HuberLoss(delta, other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.HUBER, delta, reduction);
    }
}
