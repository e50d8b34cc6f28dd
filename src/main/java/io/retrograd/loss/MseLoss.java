package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Squared error, {@code l = (x − t)²}.
 *
 * @param reduction mean or sum over the elements
 */
public record MseLoss(Reduction reduction) implements PointwiseLoss {
    /** The mean over all elements. */
    public MseLoss() {
        this(Reduction.MEAN);
    }

    @Override
    public MseLoss reduction(Reduction other) {
        return new MseLoss(other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.MSE, /* parameter= */ 0, reduction);
    }
}
