package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.operation.TimeReduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** Makes one step of all steps of each sequence: x (N, T, C), y (N, C). */
public interface OverTime extends Layer {
    /** The reduction of all steps to one. */
    TimeReduction reduction();

    @Override
    default Shape outputShape(Shape input) {
        return reduction().outputShape(input);
    }

    @Override
    default Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        Tensor lengths = binder.lengths(x.shape().dim(1));
        return binder.record(to -> new SequenceOperations.OverTime(reduction(), x, lengths, to))
                .y();
    }
}
