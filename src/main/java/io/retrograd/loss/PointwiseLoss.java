package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Losses;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * A loss that compares the output with a target of its shape element by element: {@code L = Σ l(x,
 * t)}, by default divided by the number of elements. The comparisons l stand at {@link
 * PointwiseLossSpec.Kind}.
 */
public sealed interface PointwiseLoss extends Loss
        permits MseLoss,
                L1Loss,
                SmoothL1Loss,
                HuberLoss,
                BceWithLogitsLoss,
                KlDivLoss,
                FocalLoss,
                PoissonNllLoss {
    /** Mean or sum over the elements. */
    Reduction reduction();

    /** The same with another reduction. */
    PointwiseLoss reduction(Reduction other);

    /** The operation that the loss binds. */
    PointwiseLossSpec spec();

    /** Weights of the positive terms, one a class; none for 1. */
    default List<Double> positiveWeights() {
        return List.of();
    }

    /**
     * The same loss with a weight for each element: targets are (N, 2, d...) for outputs (N, d...),
     * of each sample the targets, then the weights. A mean still divides by the number of elements.
     */
    default Loss weighted() {
        return new WeightedLoss(this);
    }

    @Override
    default Tensor target(Binder binder, Shape output) {
        return binder.target(Losses.PointwiseLoss.targetShape(output, spec()));
    }

    @Override
    default Tensor bind(Binder binder, Tensor output, Tensor target) {
        return bind(binder, output, target, spec(), positiveWeights());
    }

    /** Records a loss and returns it. */
    static Tensor bind(
            Binder binder,
            Tensor output,
            Tensor target,
            PointwiseLossSpec spec,
            List<Double> positiveWeights) {
        Tensor weight = CrossEntropy.constant(binder, "pos_weight", positiveWeights);
        return binder.record(to -> new Losses.PointwiseLoss(spec, output, target, weight, to)).y();
    }
}
