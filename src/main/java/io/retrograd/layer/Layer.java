package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A function with parameters, described and immutable.
 *
 * <p>Parameter sizes follow from the input when the layer is bound. Constructors throw {@link
 * IllegalArgumentException} for values that make no sense, as do both methods for inputs that do
 * not fit.
 */
public interface Layer {
    /** The shape of y for inputs of this shape, the batch included: (N, ...). */
    Shape outputShape(Shape input);

    /** Asks the binder for parameters and operations, and returns y. */
    Tensor bind(Binder binder, Tensor x);

    /** The tokens that its inputs are; null for numbers. */
    default @Nullable TokenIds tokenIds() {
        return null;
    }

    /** Asks the binder for an input of this shape, the batch included: numbers or indices. */
    default Tensor input(Binder binder, Shape shape) {
        return tokenIds() == null ? binder.input(shape) : binder.indices("input", shape);
    }

    /** The layer's kind in tables and messages, as in {@code Conv2d}. */
    default String kind() {
        return getClass().getSimpleName();
    }
}
