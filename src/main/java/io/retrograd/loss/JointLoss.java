package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loss of one or several outputs of a network, as of the embeddings of an anchor, a positive and
 * a negative sample. {@link Loss} is one of a single output.
 */
public interface JointLoss {
    /** How many outputs it takes. */
    int outputs();

    /**
     * Asks the binder for the tensor of targets; null if it takes none.
     *
     * @throws IllegalArgumentException if the loss does not take outputs of these shapes
     */
    @Nullable Tensor target(Binder binder, List<Shape> outputs);

    /**
     * Checks a target before it goes to the device.
     *
     * @param values the target, row-major. Not modified.
     * @param outputs the shapes of the outputs, the batch included
     * @throws IllegalArgumentException for what the loss is not defined for, as a label that is no
     *     class
     */
    default void checkTarget(double[] values, List<Shape> outputs) {}

    /** Records operations, and returns the loss, one number. */
    Tensor bind(Binder binder, List<Tensor> outputs, @Nullable Tensor target);
}
