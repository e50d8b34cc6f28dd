package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** The largest element of each window; the first of equal ones gets the gradient. */
public non-sealed interface AdaptiveMaxPooling extends AdaptivePooling {
    @Override
    default Tensor bind(Binder binder, Tensor x) {
        Shape out = Shape.of(output());
        return binder.record(to -> new Poolings.AdaptiveMaxPooling(kind(), out, x, to)).y();
    }
}
