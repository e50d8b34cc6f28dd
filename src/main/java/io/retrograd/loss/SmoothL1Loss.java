package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Squared error near the target, absolute error far from it: {@code l = (x − t)² / (2β)} for {@code
 * |x − t| < β}, else {@code |x − t| − β/2}.
 *
 * <p>Source: R. Girshick, Fast R-CNN, ICCV 2015.
 *
 * @param beta where the pieces meet, at least 0; 0 makes it the absolute error
 * @param reduction mean or sum over the elements
 */
public record SmoothL1Loss(double beta, Reduction reduction) implements PointwiseLoss {
    public SmoothL1Loss {
        new PointwiseLossSpec(Kind.SMOOTH_L1, beta, reduction);
    }

    /** The mean over all elements, with β 1. */
    public SmoothL1Loss() {
        this(1);
    }

    /** The mean over all elements. */
    public SmoothL1Loss(double beta) {
        this(beta, Reduction.MEAN);
    }

    @Override
    public SmoothL1Loss reduction(Reduction other) {
        return new SmoothL1Loss(beta, other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.SMOOTH_L1, beta, reduction);
    }
}
