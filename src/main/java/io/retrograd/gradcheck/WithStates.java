package io.retrograd.gradcheck;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.RecurrentOutput;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent layer as a function of its initial states too, which are parameters here, to all that
 * it computes: y and the final states, one behind the other.
 *
 * @param states how many the layer has
 * @param stateShape the shape of each state
 */
record WithStates(Recurrent<?> recurrent, int states, Shape stateShape) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        long all = recurrent.outputShape(input).size() + states * stateShape.size();
        return Shape.vector(kind(), all).prepend(1);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        List<Tensor> initial = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            initial.add(binder.parameter("initial" + i, stateShape, Initializer.normal(1)));
        }
        RecurrentOutput output =
                recurrent.bind(binder, x, binder.lengths(x.shape().dim(1)), initial);
        List<Tensor> all = new ArrayList<>(List.of(output.y()));
        all.addAll(output.states());
        all.replaceAll(part -> row(binder, part));
        return binder.record(to -> Arrangements.Concat.of(1, all, to)).y();
    }

    private static Tensor row(Binder binder, Tensor x) {
        Shape row = Shape.of(1, Math.toIntExact(x.shape().size()));
        return binder.record(to -> new Arrangements.Reshape("Reshape", row, x, to)).y();
    }
}
