package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.TimeReduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * The largest element of all steps of each sequence, in {@link Padded} before its end: x (N, T, C),
 * y (N, C).
 */
public record MaxOverTime() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return TimeReduction.MAX.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        return binder.overTime(TimeReduction.MAX, x, binder.lengths(x.shape().dim(1)));
    }
}
