package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Means over windows that divide x among the outputs, for any number of spatial dimensions.
 *
 * <pre>
 *   x (N, C, in...)    y (N, C, out...)
 *
 *   window o = [⌊o·in/out⌋, ⌈(o + 1)·in/out⌉) in each spatial dimension
 * </pre>
 */
public interface AdaptiveAveragePooling extends Layer {
    /** Sizes of y, one for each spatial dimension, each at least 1. */
    List<Integer> output();

    @Override
    default Shape outputShape(Shape input) {
        return Poolings.AdaptiveAveragePooling.outputShape(kind(), input, Shape.of(output()));
    }

    @Override
    default Tensor bind(Binder binder, Tensor x) {
        Shape out = Shape.of(output());
        return binder.record(to -> new Poolings.AdaptiveAveragePooling(kind(), out, x, to)).y();
    }
}
