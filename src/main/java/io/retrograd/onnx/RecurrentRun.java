package io.retrograd.onnx;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Join;
import io.retrograd.layer.Permute;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.RecurrentOutput;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent layer with initial states, and with its last ones as further steps.
 *
 * <pre>
 *   x (N, T, I)    initial h, and of LSTM c (N, D, H)    y (N, T, D·H), or (N, T + states, D·H)
 * </pre>
 *
 * @param ends whether the last states follow behind the last step
 */
record RecurrentRun(Recurrent<?> layer, boolean ends) implements Join {
    private static final List<Integer> SWAPPED = List.of(1, 0, 2);

    @Override
    public Shape joinedShape(List<Shape> inputs) {
        Shape y = layer.outputShape(inputs.get(0));
        return ends ? y.with(1, y.dim(1) + layer.spec().cell().states()) : y;
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        List<Tensor> first = new ArrayList<>();
        for (Tensor state : inputs.subList(1, inputs.size())) {
            first.add(new Permute(SWAPPED).bind(binder, state));
        }
        RecurrentOutput made = layer.bind(binder, inputs.get(0), /* lengths= */ null, first);
        if (!ends) {
            return made.y();
        }
        List<Tensor> steps = new ArrayList<>(List.of(made.y()));
        for (Tensor state : made.states()) {
            Tensor moved = new Permute(SWAPPED).bind(binder, state);
            Shape step = made.y().shape().with(1, 1);
            steps.add(binder.record(to -> new Arrangements.Reshape("State", step, moved, to)).y());
        }
        return binder.record(to -> Arrangements.Concat.of(1, steps, to)).y();
    }
}
