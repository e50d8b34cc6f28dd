package io.retrograd.backend.onednn;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.RecurrentSpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction of {@link OneDnnRecurrent}: a product of all steps' x with w_ih, then step by step
 * that of h' with w_hh and the cell, row by row in Java; backward likewise from the end.
 *
 * <p>Rows {@code n·T + t} hold step t of sequence n.
 */
final class RecurrentDirection {
    private static final int STATES = 2;

    private final Engine engine;
    private final RecurrentSpec spec;
    private final RecurrentCell cell;
    private final int direction;
    private final @Nullable OneDnnTensor lengths;
    private final List<OneDnnTensor> weights;
    private final OneDnnTensor y;
    private final List<OneDnnTensor> finalStates;
    private final int batch;
    private final int steps;
    private final int inputs;
    private final int hidden;
    private final int rows;

    private final OneDnnTensor gates;
    private final OneDnnTensor kept;
    private final OneDnnTensor before;

    /** h and c of each sequence as they move from step to step; in backward their gradients. */
    private final float[][][] carried;

    private final float[] gateRow;
    private final float[] vRow;
    private final float[] keptRow;
    private final float[] hRow;
    private final float[] cRow;
    private final double[] biasInput;
    private final double[] biasHidden;
    private final int[] ends;

    /**
     * A direction.
     *
     * @param direction 0 or 1
     * @param inputs I
     * @param weights this direction's weights: w_ih, w_hh, b_ih, b_hh
     */
    RecurrentDirection(
            RecurrentSpec spec,
            int direction,
            int inputs,
            @Nullable OneDnnTensor lengths,
            List<OneDnnTensor> weights,
            OneDnnTensor y,
            List<OneDnnTensor> finalStates) {
        engine = y.engine();
        this.spec = spec;
        cell = new RecurrentCell(spec);
        this.direction = direction;
        this.inputs = inputs;
        this.lengths = lengths;
        this.weights = weights;
        this.y = y;
        this.finalStates = finalStates;
        batch = y.shape().dim(0);
        steps = y.shape().dim(1);
        hidden = spec.hidden();
        rows = spec.rows();
        gates = tensor(".gates", (long) batch * steps, rows);
        kept = tensor(".kept", (long) batch * steps, hidden);
        before = tensor(".before", (long) batch * steps, hidden);
        carried = new float[STATES][batch][hidden];
        gateRow = new float[rows];
        vRow = new float[rows];
        keptRow = new float[hidden];
        hRow = new float[hidden];
        cRow = new float[hidden];
        biasInput = new double[rows];
        biasHidden = new double[rows];
        ends = new int[batch];
    }

    private OneDnnTensor tensor(String name, long count, long width) {
        return OneDnnTensor.of(engine, y.name() + name, Product.matrix(engine, count, width));
    }

    /** The tensors that live from forward to backward. */
    List<OneDnnTensor> saved() {
        return cell.keeps() ? List.of(gates, kept, before) : List.of(gates, before);
    }

    /**
     * Lists the forward pass.
     *
     * @param x row-major float32, 0 behind the ends
     * @param states the initial ones, row-major
     * @param saves whether backward follows
     */
    void listForward(Pass pass, OneDnnTensor x, List<OneDnnTensor> states, boolean saves) {
        if (!saves) {
            pass.borrow(gates);
        }
        long count = (long) batch * steps;
        Layout sums = Product.matrix(engine, count, rows);
        pass.add(
                new Product(x, Product.matrix(engine, count, inputs), weights.get(0), wide(inputs))
                        .bias(weights.get(2))
                        .into(pass, gates, sums));
        OneDnnTensor h = pass.temporary("h", Product.matrix(engine, batch, hidden));
        OneDnnTensor v = pass.temporary("v", Product.matrix(engine, batch, rows));
        Primitive product =
                new Product(h, h.layout(), weights.get(1), wide(hidden))
                        .bias(weights.get(3))
                        .into(pass, v, v.layout());
        pass.add(
                "steps of " + spec.cell(),
                product,
                () -> {
                    begin(states);
                    for (int k = 0; k < steps; k++) {
                        put(carried[0], h);
                        product.run();
                        forwardStep(time(k), v, saves);
                    }
                    end(finalStates);
                });
        pass.writes(y);
        finalStates.forEach(pass::writes);
    }

    /** w's memory (G·H, width) as its transpose. */
    private Layout wide(int width) {
        return Product.transposed(engine, rows, width);
    }

    private void begin(List<OneDnnTensor> states) {
        for (int n = 0; n < batch; n++) {
            ends[n] = OneDnnLengths.length(lengths, n, steps);
            for (int s = 0; s < STATES; s++) {
                Arrays.fill(carried[s][n], 0);
                if (s < states.size()) {
                    states.get(s).get(state(n), carried[s][n], hidden);
                }
            }
        }
    }

    private void end(List<OneDnnTensor> states) {
        for (int s = 0; s < states.size(); s++) {
            for (int n = 0; n < batch; n++) {
                states.get(s).set(state(n), carried[s][n], hidden);
            }
        }
    }

    private void put(float[][] from, OneDnnTensor to) {
        for (int n = 0; n < batch; n++) {
            to.set(n * hidden, from[n], hidden);
        }
    }

    private void forwardStep(int t, OneDnnTensor v, boolean saves) {
        for (int n = 0; n < batch; n++) {
            int row = n * steps + t;
            float[] h = carried[0][n];
            if (t >= ends[n]) {
                Arrays.fill(hRow, 0);
                y.set(output(row), hRow, hidden);
                if (saves) {
                    before.set(row * hidden, hRow, hidden);
                }
                continue;
            }
            gates.get(row * rows, gateRow, rows);
            v.get(n * rows, vRow, rows);
            if (saves) {
                before.set(row * hidden, h, hidden);
            }
            cell.forward(gateRow, vRow, keptRow, h, carried[1][n]);
            y.set(output(row), h, hidden);
            if (saves) {
                gates.set(row * rows, gateRow, rows);
            }
            if (saves && cell.keeps()) {
                kept.set(row * hidden, keptRow, hidden);
            }
        }
    }

    /**
     * Lists the backward pass.
     *
     * @param x as in {@link #listForward}
     * @param states the initial ones, row-major
     * @param startGradients takes the initial states' gradients, row-major
     * @param dx row-major float32, or null
     * @param adds whether dx is added to
     */
    void listBackward(
            Pass pass,
            OneDnnTensor x,
            List<OneDnnTensor> states,
            List<OneDnnTensor> startGradients,
            @Nullable OneDnnTensor dx,
            boolean adds) {
        long count = (long) batch * steps;
        Layout sums = Product.matrix(engine, count, rows);
        OneDnnTensor du = pass.temporary("du", sums);
        OneDnnTensor dv = cell.apart() ? pass.temporary("dv", sums) : du;
        listSteps(pass, states, startGradients, du, dv);
        Layout across = Product.transposed(engine, count, rows);
        weightGradient(pass, new Product(du, across, x, Product.matrix(engine, count, inputs)), 0);
        weightGradient(pass, new Product(dv, across, before, before.layout()), 1);
        if (dx != null) {
            Product product = new Product(du, sums, weights.get(0), weights.get(0).layout());
            Layout layout = Product.matrix(engine, count, inputs);
            pass.add((adds ? product.accumulate() : product).into(pass, dx, layout));
        }
    }

    private void weightGradient(Pass pass, Product product, int weight) {
        OneDnnTensor dw = weights.get(weight).requireGradient();
        pass.add(product.into(pass, dw, dw.layout()));
    }

    private void listSteps(
            Pass pass,
            List<OneDnnTensor> states,
            List<OneDnnTensor> startGradients,
            OneDnnTensor du,
            OneDnnTensor dv) {
        OneDnnTensor step = pass.temporary("dv", Product.matrix(engine, batch, rows));
        OneDnnTensor dh = pass.temporary("dh", Product.matrix(engine, batch, hidden));
        Primitive product =
                new Product(step, step.layout(), weights.get(1), weights.get(1).layout())
                        .into(pass, dh, dh.layout());
        List<OneDnnTensor> endGradients =
                finalStates.stream().map(OneDnnTensor::requireGradient).toList();
        pass.add(
                "steps of " + spec.cell(),
                product,
                () -> {
                    begin(endGradients);
                    Arrays.fill(biasInput, 0);
                    Arrays.fill(biasHidden, 0);
                    for (int k = steps - 1; k >= 0; k--) {
                        backwardStep(time(k), states, du, dv, step);
                        product.run();
                        add(dh);
                    }
                    end(startGradients);
                    set(weights.get(2).requireGradient(), biasInput);
                    set(weights.get(3).requireGradient(), biasHidden);
                });
        pass.reads(gates);
        pass.writes(weights.get(2).requireGradient(), weights.get(3).requireGradient());
    }

    private void backwardStep(
            int t, List<OneDnnTensor> states, OneDnnTensor du, OneDnnTensor dv, OneDnnTensor step) {
        for (int n = 0; n < batch; n++) {
            int row = n * steps + t;
            float[] dh = carried[0][n];
            if (t >= ends[n]) {
                Arrays.fill(gateRow, 0);
                Arrays.fill(vRow, 0);
            } else {
                y.requireGradient().get(output(row), hRow, hidden);
                for (int j = 0; j < hidden; j++) {
                    dh[j] += hRow[j];
                }
                gates.get(row * rows, gateRow, rows);
                before.get(row * hidden, hRow, hidden);
                readKept(n, t, states);
                cell.backward(gateRow, keptRow, hRow, cRow, dh, carried[1][n], vRow);
                for (int g = 0; g < rows; g++) {
                    biasInput[g] += gateRow[g];
                    biasHidden[g] += vRow[g];
                }
            }
            du.set(row * rows, gateRow, rows);
            step.set(n * rows, vRow, rows);
            if (cell.apart()) {
                dv.set(row * rows, vRow, rows);
            }
        }
    }

    /** Reads the values kept of the step, and LSTM's c before it. */
    private void readKept(int n, int t, List<OneDnnTensor> states) {
        if (!cell.keeps()) {
            return;
        }
        kept.get((n * steps + t) * hidden, keptRow, hidden);
        if (spec.cell() != RecurrentSpec.Cell.LSTM) {
            return;
        }
        int last = direction == 0 ? t - 1 : t + 1;
        if (last >= 0 && last < ends[n]) {
            kept.get((n * steps + last) * hidden, cRow, hidden);
        } else if (states.isEmpty()) {
            Arrays.fill(cRow, 0);
        } else {
            states.get(1).get(state(n), cRow, hidden);
        }
    }

    private void add(OneDnnTensor product) {
        for (int n = 0; n < batch; n++) {
            float[] dh = carried[0][n];
            product.get(n * hidden, hRow, hidden);
            for (int j = 0; j < hidden; j++) {
                dh[j] += hRow[j];
            }
        }
    }

    private static void set(OneDnnTensor vector, double[] values) {
        for (int i = 0; i < values.length; i++) {
            vector.set(i, values[i]);
        }
    }

    /** The step that comes as number k. */
    private int time(int k) {
        return direction == 0 ? k : steps - 1 - k;
    }

    private int state(int n) {
        return (direction * batch + n) * hidden;
    }

    private int output(int row) {
        return (row * spec.directions() + direction) * hidden;
    }

    /** The pieces of ReLU. */
    void kinks(KinkLedger ledger) {
        for (int n = 0; n < batch; n++) {
            for (int i = 0; i < ends[n] * hidden; i++) {
                int at = output(n * steps + i / hidden) + i % hidden;
                ledger.add(y.get(at) > 0 ? 1 : 0);
            }
        }
    }
}
