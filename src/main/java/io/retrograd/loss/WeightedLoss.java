package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Losses;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** A pointwise loss with a weight for each element; {@link PointwiseLoss#weighted} makes it. */
public record WeightedLoss(PointwiseLoss loss) implements Loss {
    private PointwiseLossSpec spec() {
        return loss.spec().withWeights();
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        return binder.target(Losses.PointwiseLoss.targetShape(output, spec()));
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        return PointwiseLoss.bind(binder, output, target, spec(), loss.positiveWeights());
    }
}
