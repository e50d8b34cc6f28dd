package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Kullback-Leibler divergence of probabilities t from log-probabilities x, {@code l = t·(log t −
 * x)}, and 0 where t is 0. The sum over all elements divided by N is what PyTorch calls {@code
 * batchmean}.
 *
 * @param reduction mean or sum over the elements
 */
public record KlDivLoss(Reduction reduction) implements PointwiseLoss {
    /** The mean over all elements. */
    public KlDivLoss() {
        this(Reduction.MEAN);
    }

    @Override
    public KlDivLoss reduction(Reduction other) {
        return new KlDivLoss(other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.KL_DIV, /* parameter= */ 0, reduction);
    }
}
