package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** A function of several inputs, as a node of a {@link Graph}. Immutable. */
public interface Join {
    /**
     * The shape of y for inputs of these shapes.
     *
     * @throws IllegalArgumentException for inputs that do not fit
     */
    Shape joinedShape(List<Shape> inputs);

    /** Records the operations, and returns y. */
    Tensor join(Binder binder, List<Tensor> inputs);
}
