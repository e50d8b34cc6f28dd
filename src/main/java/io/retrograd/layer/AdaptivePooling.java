package io.retrograd.layer;

import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * Pooling over windows that divide x among the outputs, for any number of spatial dimensions.
 *
 * <pre>
 *   x (N, C, in...)    y (N, C, out...)
 *
 *   window o = [⌊o·in/out⌋, ⌈(o + 1)·in/out⌉) in each spatial dimension
 * </pre>
 */
public sealed interface AdaptivePooling extends Layer
        permits AdaptiveAveragePooling, AdaptiveMaxPooling {
    /** Sizes of y, one for each spatial dimension, each at least 1. */
    List<Integer> output();

    @Override
    default Shape outputShape(Shape input) {
        return Poolings.adaptiveShape(kind(), input, Shape.of(output()));
    }
}
