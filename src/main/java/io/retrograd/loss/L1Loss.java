package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Absolute error, {@code l = |x − t|}; its derivative at 0 is 0.
 *
 * @param reduction mean or sum over the elements
 */
public record L1Loss(Reduction reduction) implements PointwiseLoss {
    /** The mean over all elements. */
    public L1Loss() {
        this(Reduction.MEAN);
    }

    @Override
    public L1Loss reduction(Reduction other) {
        return new L1Loss(other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.L1, /* parameter= */ 0, reduction);
    }
}
