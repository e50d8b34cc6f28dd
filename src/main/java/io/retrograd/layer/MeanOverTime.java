package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.TimeReduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * The mean of all steps of each sequence, in {@link Padded} before its end: x (N, T, C), y (N, C).
 */
public record MeanOverTime() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return TimeReduction.MEAN.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        return binder.overTime(TimeReduction.MEAN, x, binder.lengths(x.shape().dim(1)));
    }
}
