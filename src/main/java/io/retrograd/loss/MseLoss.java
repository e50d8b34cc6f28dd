package io.retrograd.loss;

import io.retrograd.backend.PointwiseLossSpec;
import io.retrograd.backend.PointwiseLossSpec.Kind;
import io.retrograd.backend.Reduction;

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

    /** The same with another reduction. */
    public MseLoss reduction(Reduction other) {
        return new MseLoss(other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.MSE, /* parameter= */ 0, reduction);
    }
}
