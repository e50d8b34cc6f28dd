package io.retrograd.backend.reference;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Operation;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a recurrent network, by back-propagation through time.
 *
 * <pre>
 *   x (N, T, I)    y (N, T, D·H)    gates (D, N, T, G·H)    states (D, N, H)
 *
 *   u[t] = w_ih x[t] + b_ih    v[t] = w_hh h' + b_hh    h, c = cell(u[t], v[t], h', c')
 *
 *   backwards over t, from the final states' dh and dc:
 *   dh += dy[t]    du[t], dv[t], dh', dc' = cell's gradients    dh' += w_hhᵀ dv[t]
 *
 *   dx[t] = Σ w_ihᵀ du[t] over directions
 *   dw_ih = Σ du[t] x[t]ᵀ    dw_hh = Σ dv[t] h'ᵀ    db_ih = Σ du[t]    db_hh = Σ dv[t]
 * </pre>
 *
 * Sequences are independent of each other in all but the weights' gradients.
 */
final class ReferenceRecurrent extends ReferenceOp {
    private static final int W_IH = 0;
    private static final int W_HH = 1;
    private static final int B_IH = 2;
    private static final int B_HH = 3;
    private static final int WEIGHTS = 4;

    private final RecurrentSpec spec;
    private final ReferenceCell cell;
    private final ReferenceTensor x;
    private final @Nullable ReferenceTensor lengths;
    private final List<ReferenceTensor> states;
    private final List<ReferenceTensor> weights;
    private final ReferenceTensor y;
    private final List<ReferenceTensor> finalStates;
    private final ReferenceCell.Place step;
    private final ReferenceCell.Place gradient;

    /** h and c as they move from step to step; in backward their gradients. */
    private final List<ReferenceTensor> carried = new ArrayList<>();

    private final int batch;
    private final int time;
    private final int inputs;
    private final int hidden;
    private final int rows;
    private final WorkerPool pool;
    private final WorkerPool.Body forwardSequence = this::forwardSequence;
    private final WorkerPool.Body backwardSequence = this::backwardSequence;
    private final WorkerPool.Body inputGradient = this::inputGradient;
    private final WorkerPool.Body weightGradientRow = this::weightGradientRow;

    ReferenceRecurrent(WorkerPool pool, SequenceOperations.Recurrent o) {
        super(backwardReads(o));
        this.pool = pool;
        spec = o.spec();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        states = own(o.states());
        weights = own(o.weights());
        y = own(o.y());
        finalStates = own(o.finalStates());
        cell = new ReferenceCell(spec);
        batch = x.dim(0);
        time = x.dim(1);
        inputs = x.dim(2);
        hidden = spec.hidden();
        rows = spec.rows();
        step = place(y.name());
        gradient = place(y.name() + ".grad");
        for (int i = 0; i < 2; i++) {
            carried.add(y.saved(y.name() + ".state", spec.stateShape(batch)));
        }
    }

    private ReferenceCell.Place place(String name) {
        int sequences = spec.directions() * batch;
        return new ReferenceCell.Place(
                y.saved(name + ".gates", Shape.of(sequences, time, rows)),
                y.saved(name + ".kept", Shape.of(sequences, time, hidden)));
    }

    @Override
    public void forward() {
        for (int n = 0; n < batch; n++) {
            length(n);
        }
        pool.run(spec.directions() * batch, forwardSequence);
    }

    /** Sequence {@code s % N} in direction {@code s / N}. */
    private void forwardSequence(int s) {
        int length = length(s % batch);
        for (int i = 0; i < carried.size(); i++) {
            for (int j = 0; j < hidden; j++) {
                carried.get(i).set(s * hidden + j, initial(i, s, j));
            }
        }
        for (int k = 0; k < length; k++) {
            int t = s < batch ? k : length - 1 - k;
            sums(s, t);
            cell.forward(
                    step,
                    at(s, t) * rows,
                    at(s, t) * hidden,
                    carried.get(0),
                    carried.get(1),
                    s * hidden);
            for (int j = 0; j < hidden; j++) {
                y.set(output(s, t) + j, carried.get(0).get(s * hidden + j));
            }
        }
        for (int t = length; t < time; t++) {
            y.fill(output(s, t), hidden, 0);
        }
        for (int i = 0; i < finalStates.size(); i++) {
            for (int j = s * hidden; j < (s + 1) * hidden; j++) {
                finalStates.get(i).set(j, carried.get(i).get(j));
            }
        }
    }

    /** u + v of a step into its gates; for GRU's n, u there and v into what is kept. */
    private void sums(int s, int t) {
        ReferenceTensor h = carried.get(0);
        for (int g = 0; g < rows; g++) {
            double u = weight(s, B_IH).get(g);
            double v = weight(s, B_HH).get(g);
            for (int i = 0; i < inputs; i++) {
                u += weight(s, W_IH).get(g * inputs + i) * x.get(input(s, t) + i);
            }
            for (int j = 0; j < hidden; j++) {
                v += weight(s, W_HH).get(g * hidden + j) * h.get(s * hidden + j);
            }
            if (apart(g)) {
                step.gates().set(at(s, t) * rows + g, u);
                step.kept().set(at(s, t) * hidden + g - 2 * hidden, v);
            } else {
                step.gates().set(at(s, t) * rows + g, u + v);
            }
        }
    }

    @Override
    public void backward() {
        pool.run(spec.directions() * batch, backwardSequence);
        if (x.gradient() != null) {
            pool.run(batch * time, inputGradient);
        }
        pool.run(spec.directions() * rows, weightGradientRow);
    }

    private void backwardSequence(int s) {
        int length = length(s % batch);
        for (int i = 0; i < carried.size(); i++) {
            ReferenceTensor end = i < finalStates.size() ? finalStates.get(i).gradient() : null;
            for (int j = s * hidden; j < (s + 1) * hidden; j++) {
                carried.get(i).set(j, end == null ? 0 : end.get(j));
            }
        }
        for (int k = length - 1; k >= 0; k--) {
            backwardStep(s, s < batch ? k : length - 1 - k, length);
        }
        for (int i = 0; i < states.size(); i++) {
            ReferenceTensor start = states.get(i).gradient();
            for (int j = s * hidden; start != null && j < (s + 1) * hidden; j++) {
                start.set(j, carried.get(i).get(j));
            }
        }
    }

    private void backwardStep(int s, int t, int length) {
        ReferenceTensor dh = carried.get(0);
        for (int j = 0; j < hidden; j++) {
            dh.add(s * hidden + j, gradient(y).get(output(s, t) + j));
            cell.backward(
                    step,
                    at(s, t) * rows + j,
                    at(s, t) * hidden + j,
                    hiddenBefore(s, t, length, j),
                    cellBefore(s, t, length, j),
                    gradient,
                    dh,
                    carried.get(1),
                    s * hidden + j);
        }
        for (int g = 0; g < rows; g++) {
            double dv = recurrentGradient(s, t, g);
            for (int j = 0; j < hidden; j++) {
                dh.add(s * hidden + j, dv * weight(s, W_HH).get(g * hidden + j));
            }
        }
    }

    /** dx of step {@code i % T} of sequence {@code i / T}. */
    private void inputGradient(int i) {
        ReferenceTensor dx = gradient(x);
        int n = i / time;
        int t = i % time;
        dx.fill(i * inputs, inputs, 0);
        for (int s = n; t < length(n) && s < spec.directions() * batch; s += batch) {
            for (int g = 0; g < rows; g++) {
                double du = gradient.gates().get(at(s, t) * rows + g);
                for (int j = 0; j < inputs; j++) {
                    dx.add(i * inputs + j, du * weight(s, W_IH).get(g * inputs + j));
                }
            }
        }
    }

    /** Gradients of row {@code r % (G·H)} of the weights of direction {@code r / (G·H)}. */
    private void weightGradientRow(int r) {
        int first = r / rows * batch;
        int g = r % rows;
        ReferenceTensor dwInput = gradient(weight(first, W_IH));
        ReferenceTensor dwHidden = gradient(weight(first, W_HH));
        double biasInput = 0;
        double biasHidden = 0;
        dwInput.fill(g * inputs, inputs, 0);
        dwHidden.fill(g * hidden, hidden, 0);
        for (int s = first; s < first + batch; s++) {
            int length = length(s % batch);
            for (int t = 0; t < length; t++) {
                double du = gradient.gates().get(at(s, t) * rows + g);
                double dv = recurrentGradient(s, t, g);
                biasInput += du;
                biasHidden += dv;
                for (int i = 0; i < inputs; i++) {
                    dwInput.add(g * inputs + i, du * x.get(input(s, t) + i));
                }
                for (int j = 0; j < hidden; j++) {
                    dwHidden.add(g * hidden + j, dv * hiddenBefore(s, t, length, j));
                }
            }
        }
        gradient(weight(first, B_IH)).set(g, biasInput);
        gradient(weight(first, B_HH)).set(g, biasHidden);
    }

    /** Whether a row's u and v do not only meet in their sum. */
    private boolean apart(int g) {
        return spec.cell() == RecurrentSpec.Cell.GRU && g >= 2 * hidden;
    }

    private double recurrentGradient(int s, int t, int g) {
        return apart(g)
                ? gradient.kept().get(at(s, t) * hidden + g - 2 * hidden)
                : gradient.gates().get(at(s, t) * rows + g);
    }

    /** The step before t in the direction of s; negative or {@code length} at the beginning. */
    private int before(int s, int t) {
        return s < batch ? t - 1 : t + 1;
    }

    private double hiddenBefore(int s, int t, int length, int j) {
        int before = before(s, t);
        boolean begins = before < 0 || before == length;
        return begins ? initial(0, s, j) : y.get(output(s, before) + j);
    }

    private double cellBefore(int s, int t, int length, int j) {
        int before = before(s, t);
        boolean begins = before < 0 || before == length;
        return begins ? initial(1, s, j) : step.kept().get(at(s, before) * hidden + j);
    }

    private double initial(int state, int s, int j) {
        return state < states.size() ? states.get(state).get(s * hidden + j) : 0;
    }

    private int length(int n) {
        return ReferenceLengths.length(lengths, n, time);
    }

    private ReferenceTensor weight(int s, int which) {
        return weights.get(s / batch * WEIGHTS + which);
    }

    private int at(int s, int t) {
        return s * time + t;
    }

    private int input(int s, int t) {
        return (s % batch * time + t) * inputs;
    }

    private int output(int s, int t) {
        return ((s % batch * time + t) * spec.directions() + s / batch) * hidden;
    }

    /** All but biases and final states. */
    private static List<Tensor> backwardReads(SequenceOperations.Recurrent o) {
        List<Tensor> reads = Operation.join(o.reads(), List.of(o.y()));
        for (int d = 0; d < o.spec().directions(); d++) {
            reads.removeAll(o.weights(d).subList(W_HH + 1, WEIGHTS));
        }
        return reads;
    }

    @Override
    public List<Tensor> saved() {
        return List.of(step.gates(), step.kept());
    }

    @Override
    public List<Tensor> scratch(boolean backward) {
        List<Tensor> scratch = new ArrayList<>(carried);
        if (backward) {
            scratch.add(gradient.gates());
            scratch.add(gradient.kept());
        }
        return scratch;
    }

    @Override
    public void kinks(KinkLedger ledger) {
        if (spec.cell() != RecurrentSpec.Cell.RNN_RELU) {
            return;
        }
        for (int s = 0; s < spec.directions() * batch; s++) {
            int length = length(s % batch);
            for (int i = 0; i < length * rows; i++) {
                ledger.add(step.gates().get(at(s, 0) * rows + i) > 0 ? 1 : 0);
            }
        }
    }
}
