package io.retrograd.explain;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One direction of a recurrent layer, run step by step: what is hidden within the layer's backward
 * pass, dL/dh of every step, is the gradient of a step's initial state.
 *
 * <pre>
 *   dL/dh[s] = dy[s] + J[s+1]ᵀ dL/dh[s+1]        J[s+1] = ∂h[s+1]/∂h[s]
 * </pre>
 *
 * For LSTM c accompanies h, and dL/dh is that of autograd: with c held fixed.
 */
final class Unrolled implements AutoCloseable {
    private final Sequences sequences;
    private final Parameters parameters;
    private final Binding binding;
    private final Tensor x;
    private final List<Tensor> initial = new ArrayList<>();
    private final Tensor y;
    private final List<Tensor> last;

    /**
     * A layer with weights of its own.
     *
     * @param weights this direction's weights: w_ih, w_hh, b_ih, b_hh. Copied.
     */
    Unrolled(Backend backend, RecurrentSpec spec, Sequences sequences, List<Tensor> weights) {
        this.sequences = sequences;
        RecurrentSpec cell =
                new RecurrentSpec(spec.cell(), spec.hidden(), /* bidirectional= */ false);
        parameters = new Parameters(backend, /* seed= */ 0);
        Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ false));
        x = binder.input(Shape.of(sequences.batch(), 1, sequences.inputs()));
        for (int i = 0; i < cell.cell().states(); i++) {
            initial.add(binder.input(cell.stateShape(sequences.batch())));
        }
        List<Tensor> own = new ArrayList<>();
        for (Tensor weight : weights) {
            own.add(
                    binder.parameter(
                            "weight" + own.size(), weight.shape(), Initializer.constant(0)));
        }
        List<Tensor> results = binder.recurrent(cell, x, /* lengths= */ null, initial, own, true);
        y = binder.keep(results.get(0));
        last = results.subList(1, results.size());
        binding = binder.commit();
        for (int i = 0; i < own.size(); i++) {
            own.get(i).copyFrom(weights.get(i).toArray());
        }
    }

    /** All states before each step, and behind the last: [step][state] (N, H). */
    double[][][] states() {
        double[][][] states = new double[sequences.steps() + 1][][];
        states[0] = sequences.initial();
        for (int s = 0; s < sequences.steps(); s++) {
            forward(s, states[s]);
            states[s + 1] = last.stream().map(Tensor::toArray).toArray(double[][]::new);
        }
        return states;
    }

    /**
     * dL/dh of each step, [step] (N, H); 0 behind a sequence's end.
     *
     * @param states from {@link #states}
     * @param fromEnd whether dy counts in the last step only
     */
    double[][] gradients(double[][][] states, boolean fromEnd) {
        double[][] carried = new double[initial.size()][states[0][0].length];
        double[][] gradients = new double[sequences.steps()][];
        for (int s = sequences.steps() - 1; s >= 0; s--) {
            sequences.enter(s, carried);
            double[] dy = sequences.dy(s, fromEnd);
            gradients[s] = dy.clone();
            for (int i = 0; i < dy.length; i++) {
                gradients[s][i] += carried[0][i];
            }
            forward(s, states[s]);
            y.requireGrad().copyFrom(dy);
            for (int i = 0; i < carried.length; i++) {
                last.get(i).requireGrad().copyFrom(carried[i]);
            }
            binding.backward();
            Arrays.setAll(carried, i -> initial.get(i).requireGrad().toArray());
        }
        return gradients;
    }

    private void forward(int s, double[][] states) {
        x.copyFrom(sequences.x(s));
        for (int i = 0; i < states.length; i++) {
            initial.get(i).copyFrom(states[i]);
        }
        binding.forward();
    }

    @Override
    public void close() {
        binding.close();
        parameters.close();
    }
}
