package io.retrograd.explain;

import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations.Recurrent;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The inputs of one direction of a recurrent operation in a training step, and the gradients that
 * came back to it, in the order of its own steps: a second direction's first step is the sequence's
 * last.
 */
final class Sequences {
    private final int batch;
    private final int steps;
    private final int inputs;
    private final int hidden;
    private final int directions;
    private final int direction;
    private final double[] x;
    private final double[] dy;
    private final int[] lengths;
    private final double[][] initial;
    private final double[][] ends;

    /** Reads the operation's tensors, after its backward pass. */
    Sequences(Recurrent operation, int direction) {
        RecurrentSpec spec = operation.spec();
        this.direction = direction;
        Shape shape = operation.x().shape();
        batch = shape.dim(0);
        steps = shape.dim(1);
        inputs = shape.dim(2);
        hidden = spec.hidden();
        directions = spec.directions();
        x = operation.x().toArray();
        dy = operation.y().requireGrad().toArray();
        lengths = new int[batch];
        Arrays.fill(lengths, steps);
        Tensor given = operation.lengths();
        if (given != null) {
            double[] values = given.toArray();
            Arrays.setAll(lengths, n -> (int) values[n]);
        }
        initial = states(spec, operation.states());
        ends = states(spec, operation.finalStates().stream().map(Tensor::requireGrad).toList());
    }

    /** This direction's part of each state (D, N, H); zeros where there are none. */
    private double[][] states(RecurrentSpec spec, List<Tensor> tensors) {
        double[][] states = new double[spec.cell().states()][batch * hidden];
        for (int i = 0; i < tensors.size(); i++) {
            double[] all = tensors.get(i).toArray();
            System.arraycopy(all, direction * batch * hidden, states[i], 0, batch * hidden);
        }
        return states;
    }

    int batch() {
        return batch;
    }

    int steps() {
        return steps;
    }

    int inputs() {
        return inputs;
    }

    int hidden() {
        return hidden;
    }

    /** Steps of a sequence. */
    int length(int n) {
        return lengths[n];
    }

    /** The states before the first step, each (N, H). */
    double[][] initial() {
        return initial;
    }

    /** The inputs (N, I) of a step; zeros behind a sequence's end. */
    double[] x(int s) {
        double[] values = new double[batch * inputs];
        for (int n = 0; n < batch; n++) {
            if (s < lengths[n]) {
                System.arraycopy(x, (n * steps + at(s, n)) * inputs, values, n * inputs, inputs);
            }
        }
        return values;
    }

    /** The gradient (N, H) that a step's output got; zeros behind a sequence's end. */
    double[] dy(int s, boolean fromEnd) {
        double[] values = new double[batch * hidden];
        for (int n = 0; n < batch; n++) {
            if (s == lengths[n] - 1 || (s < lengths[n] && !fromEnd)) {
                int from = ((n * steps + at(s, n)) * directions + direction) * hidden;
                System.arraycopy(dy, from, values, n * hidden, hidden);
            }
        }
        return values;
    }

    /** Sets the gradients of the states of sequences that end with this step. */
    void enter(int s, double[][] carried) {
        for (int n = 0; n < batch; n++) {
            if (s == lengths[n] - 1) {
                for (int i = 0; i < carried.length; i++) {
                    System.arraycopy(ends[i], n * hidden, carried[i], n * hidden, hidden);
                }
            }
        }
    }

    private int at(int s, int n) {
        return direction == 0 ? s : lengths[n] - 1 - s;
    }
}
