package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** The mean of each window. */
public non-sealed interface AdaptiveAveragePooling extends AdaptivePooling {
    @Override
    default Tensor bind(Binder binder, Tensor x) {
        Shape out = Shape.of(output());
        return binder.record(to -> new Poolings.AdaptiveAveragePooling(kind(), out, x, to)).y();
    }
}
