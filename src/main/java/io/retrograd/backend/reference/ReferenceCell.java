package io.retrograd.backend.reference;

import io.retrograd.operation.RecurrentSpec;

/**
 * The elementwise part of a step of {@link ReferenceRecurrent}, for one sequence.
 *
 * <p>{@code gates} holds u + v in blocks of H before {@code forward}, for GRU's n only u, and the
 * activated gates afterwards. {@code kept} holds v of GRU's n, given, or LSTM's c, computed.
 *
 * <pre>
 *   with a the sum that a gate's function is taken of, da its gradient, tanh' = 1 − tanh²,
 *   σ' = σ(1 − σ):
 *
 *   RNN     da = f' dh
 *   LSTM    da_o = σ' tanh(c) dh        dc ← dc + o tanh'(c) dh
 *           da_i = σ' g dc    da_f = σ' c' dc    da_g = tanh' i dc    dc' = f dc
 *   GRU     da_n = tanh' (1 − z) dh    da_z = σ' (h' − n) dh    da_r = σ' v_n da_n
 *           dv_n = r da_n    dh' = z dh
 *
 *   du = da    dv = da but for GRU's n
 * </pre>
 */
final class ReferenceCell {
    private final RecurrentSpec.Cell cell;
    private final int hidden;

    ReferenceCell(RecurrentSpec spec) {
        cell = spec.cell();
        hidden = spec.hidden();
    }

    /** Tensors of one step and where its elements begin in them. */
    record Place(ReferenceTensor gates, ReferenceTensor kept) {}

    /**
     * Moves the state by one step.
     *
     * @param g where the step's gates begin
     * @param k where the step's kept elements begin
     * @param h the state before, where {@code s} says. Modified: the state after.
     * @param c LSTM's c likewise. Modified.
     */
    void forward(Place at, int g, int k, ReferenceTensor h, ReferenceTensor c, int s) {
        for (int j = 0; j < hidden; j++) {
            switch (cell) {
                case RNN_TANH -> h.set(s + j, activate(at.gates, g + j, /* tanh= */ true));
                case RNN_RELU -> {
                    double y = Math.max(0, at.gates.get(g + j));
                    at.gates.set(g + j, y);
                    h.set(s + j, y);
                }
                case LSTM -> lstm(at, g + j, k + j, h, c, s + j);
                case GRU -> gru(at, g + j, k + j, h, s + j);
            }
        }
    }

    private void lstm(Place at, int g, int k, ReferenceTensor h, ReferenceTensor c, int s) {
        double input = activate(at.gates, g, /* tanh= */ false);
        double forget = activate(at.gates, g + hidden, /* tanh= */ false);
        double candidate = activate(at.gates, g + 2 * hidden, /* tanh= */ true);
        double output = activate(at.gates, g + 3 * hidden, /* tanh= */ false);
        double now = forget * c.get(s) + input * candidate;
        at.kept.set(k, now);
        c.set(s, now);
        h.set(s, output * Math.tanh(now));
    }

    private void gru(Place at, int g, int k, ReferenceTensor h, int s) {
        double reset = activate(at.gates, g, /* tanh= */ false);
        double update = activate(at.gates, g + hidden, /* tanh= */ false);
        at.gates.add(g + 2 * hidden, reset * at.kept.get(k));
        double candidate = activate(at.gates, g + 2 * hidden, /* tanh= */ true);
        h.set(s, (1 - update) * candidate + update * h.get(s));
    }

    private static double activate(ReferenceTensor gates, int i, boolean tanh) {
        double a = gates.get(i);
        double value = tanh ? Math.tanh(a) : sigmoid(a);
        gates.set(i, value);
        return value;
    }

    private static double sigmoid(double a) {
        double e = Math.exp(-Math.abs(a));
        return (a >= 0 ? 1 : e) / (1 + e);
    }

    /**
     * Gradients of one element of a step.
     *
     * @param g where its gates are, of the element's first gate
     * @param k where its kept element is
     * @param hBefore h' of the element
     * @param cBefore c' of the element
     * @param gradient takes du in the places of gates and, for GRU, dv_n in those of kept.
     *     Modified.
     * @param dh that of h, where {@code s} says. Modified: that of h', without what comes by v.
     * @param dc that of c likewise. Modified.
     */
    void backward(
            Place at,
            int g,
            int k,
            double hBefore,
            double cBefore,
            Place gradient,
            ReferenceTensor dh,
            ReferenceTensor dc,
            int s) {
        switch (cell) {
            case RNN_TANH, RNN_RELU -> {
                double y = at.gates.get(g);
                double slope = cell == RecurrentSpec.Cell.RNN_TANH ? 1 - y * y : y > 0 ? 1 : 0;
                gradient.gates.set(g, slope * dh.get(s));
                dh.set(s, 0);
            }
            case LSTM -> lstmBackward(at, g, k, cBefore, gradient, dh, dc, s);
            case GRU -> gruBackward(at, g, k, hBefore, gradient, dh, s);
        }
    }

    private void lstmBackward(
            Place at,
            int g,
            int k,
            double cBefore,
            Place gradient,
            ReferenceTensor dh,
            ReferenceTensor dc,
            int s) {
        double input = at.gates.get(g);
        double forget = at.gates.get(g + hidden);
        double candidate = at.gates.get(g + 2 * hidden);
        double output = at.gates.get(g + 3 * hidden);
        double squashed = Math.tanh(at.kept.get(k));
        double dNow = dc.get(s) + dh.get(s) * output * (1 - squashed * squashed);
        gradient.gates.set(g, dNow * candidate * input * (1 - input));
        gradient.gates.set(g + hidden, dNow * cBefore * forget * (1 - forget));
        gradient.gates.set(g + 2 * hidden, dNow * input * (1 - candidate * candidate));
        gradient.gates.set(g + 3 * hidden, dh.get(s) * squashed * output * (1 - output));
        dc.set(s, dNow * forget);
        dh.set(s, 0);
    }

    private void gruBackward(
            Place at, int g, int k, double hBefore, Place gradient, ReferenceTensor dh, int s) {
        double reset = at.gates.get(g);
        double update = at.gates.get(g + hidden);
        double candidate = at.gates.get(g + 2 * hidden);
        double d = dh.get(s);
        double dCandidate = d * (1 - update) * (1 - candidate * candidate);
        gradient.gates.set(g, dCandidate * at.kept.get(k) * reset * (1 - reset));
        gradient.gates.set(g + hidden, d * (hBefore - candidate) * update * (1 - update));
        gradient.gates.set(g + 2 * hidden, dCandidate);
        gradient.kept.set(k, dCandidate * reset);
        dh.set(s, d * update);
    }
}
