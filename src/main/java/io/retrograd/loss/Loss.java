package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A number that says how far a network's output is from its target. Immutable. */
public interface Loss extends JointLoss {
    /**
     * The target for outputs of this shape: indices for losses on class labels, else values.
     *
     * @throws IllegalArgumentException if the loss does not take such outputs
     */
    Tensor target(Binder binder, Shape output);

    /** Records the loss and returns it: a scalar whose gradient is 1. */
    Tensor bind(Binder binder, Tensor output, Tensor target);

    /**
     * The label that does not count, where targets are class labels and the largest output on
     * dimension 1 names the class; null where they are anything else.
     */
    default @Nullable Integer ignoredLabel() {
        return null;
    }

    @Override
    default int outputs() {
        return 1;
    }

    @Override
    default Tensor target(Binder binder, List<Shape> outputs) {
        return target(binder, outputs.get(0));
    }

    @Override
    default Tensor bind(Binder binder, List<Tensor> outputs, @Nullable Tensor target) {
        return bind(binder, outputs.get(0), Objects.requireNonNull(target));
    }
}
