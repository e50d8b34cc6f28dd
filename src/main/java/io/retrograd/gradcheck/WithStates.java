package io.retrograd.gradcheck;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.RecurrentOutput;
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
 * @param stateShape of each
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
        all.replaceAll(part -> binder.reshape("Reshape", row(part), part));
        return binder.concat(1, all);
    }

    private static Shape row(Tensor tensor) {
        return Shape.of(1, Math.toIntExact(tensor.shape().size()));
    }
}
