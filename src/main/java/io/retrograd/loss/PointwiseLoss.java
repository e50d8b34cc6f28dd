package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Losses;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A loss that compares the output with a target of its shape element by element: {@code L = Σ l(x,
 * t)}, by default divided by the number of elements. The comparisons l stand at {@link
 * PointwiseLossSpec.Kind}.
 */
public sealed interface PointwiseLoss extends Loss
        permits MseLoss, L1Loss, SmoothL1Loss, HuberLoss, BceWithLogitsLoss, KlDivLoss {
    /** Mean or sum over the elements. */
    Reduction reduction();

    /** The operation that the loss binds. */
    PointwiseLossSpec spec();

    @Override
    default Tensor target(Binder binder, Shape output) {
        return binder.target(output);
    }

    @Override
    default Tensor bind(Binder binder, Tensor output, Tensor target) {
        return binder.record(to -> new Losses.PointwiseLoss(spec(), output, target, to)).y();
    }
}
