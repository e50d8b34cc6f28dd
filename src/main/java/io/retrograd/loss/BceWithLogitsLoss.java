package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Binary cross-entropy of logits with probabilities t, {@code l = −t·log σ(x) − (1 − t)·log(1 −
 * σ(x))}, computed without overflow.
 *
 * @param reduction mean or sum over the elements
 */
public record BceWithLogitsLoss(Reduction reduction) implements PointwiseLoss {
    /** The mean over all elements. */
    public BceWithLogitsLoss() {
        this(Reduction.MEAN);
    }

    /** The same with another reduction. */
    public BceWithLogitsLoss reduction(Reduction other) {
        return new BceWithLogitsLoss(other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.BCE_WITH_LOGITS, /* parameter= */ 0, reduction);
    }
}
