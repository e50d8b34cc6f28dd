package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;
import java.util.List;

/**
 * Binary cross-entropy of logits with probabilities t, {@code l = −t·log σ(x) − (1 − t)·log(1 −
 * σ(x))}, computed without overflow.
 *
 * @param reduction mean or sum over the elements
 * @param positiveWeights the factors of {@code −t·log σ(x)}, one for each of the classes in
 *     dimension 1, or none
 */
public record BceWithLogitsLoss(Reduction reduction, List<Double> positiveWeights)
        implements PointwiseLoss {
    public BceWithLogitsLoss {
        positiveWeights = List.copyOf(positiveWeights);
    }

    /** The mean over all elements. */
    public BceWithLogitsLoss() {
        this(Reduction.MEAN);
    }

    /** With this reduction. */
    public BceWithLogitsLoss(Reduction reduction) {
        this(reduction, List.of());
    }

    @Override
    public BceWithLogitsLoss reduction(Reduction other) {
        return new BceWithLogitsLoss(other, positiveWeights);
    }

    /** The same with weights of the classes' positive terms: above 1 for more recall. */
    public BceWithLogitsLoss positiveWeights(List<Double> weights) {
        return new BceWithLogitsLoss(reduction, weights);
    }

    @Override
    public PointwiseLossSpec spec() {
        return new PointwiseLossSpec(Kind.BCE_WITH_LOGITS, /* parameter= */ 0, reduction);
    }
}
