package io.retrograd.onnx;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.operation.SequenceOperations.AttentionMask;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** Scores of attention (N, H, T, S) in which no step behind a sequence's end is seen. */
record Unseen() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Tensor lengths = binder.lengths(x.shape().dim(x.shape().rank() - 1));
        return binder.record(to -> new AttentionMask(/* causal= */ false, x, lengths, to)).y();
    }
}
