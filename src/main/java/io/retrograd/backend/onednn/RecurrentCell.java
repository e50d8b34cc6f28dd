package io.retrograd.backend.onednn;

import io.retrograd.operation.RecurrentSpec;

/**
 * The elementwise part of a step of {@link OneDnnRecurrent}, for one sequence; rows of H or G·H.
 *
 * <p>{@code gates} holds u before {@code forward} and the activated gates afterwards, in blocks of
 * H; {@code kept} v of GRU's n, or LSTM's c. Formulas are those of {@code ReferenceCell}.
 */
final class RecurrentCell {
    /** Where tanh is 1 in float32. */
    private static final float SATURATED = 9.1f;

    private final RecurrentSpec.Cell cell;
    private final int hidden;

    RecurrentCell(RecurrentSpec spec) {
        cell = spec.cell();
        hidden = spec.hidden();
    }

    /** Whether backward needs {@code kept}. */
    boolean keeps() {
        return cell == RecurrentSpec.Cell.LSTM || cell == RecurrentSpec.Cell.GRU;
    }

    /** Whether the gradients of u and v differ. */
    boolean apart() {
        return cell == RecurrentSpec.Cell.GRU;
    }

    /**
     * Moves the state by one step.
     *
     * @param gates u. Modified: the activated gates.
     * @param v Not modified.
     * @param kept Modified.
     * @param h Modified.
     * @param c for LSTM. Modified.
     */
    void forward(float[] gates, float[] v, float[] kept, float[] h, float[] c) {
        int n = hidden;
        switch (cell) {
            case RNN_TANH -> {
                add(gates, v, n);
                tanh(gates, 0, n);
                System.arraycopy(gates, 0, h, 0, n);
            }
            case RNN_RELU -> {
                for (int j = 0; j < n; j++) {
                    gates[j] = Math.max(0, gates[j] + v[j]);
                    h[j] = gates[j];
                }
            }
            case LSTM -> {
                add(gates, v, 4 * n);
                sigmoid(gates, 0, 2 * n);
                tanh(gates, 2 * n, 3 * n);
                sigmoid(gates, 3 * n, 4 * n);
                for (int j = 0; j < n; j++) {
                    c[j] = gates[n + j] * c[j] + gates[j] * gates[2 * n + j];
                    kept[j] = c[j];
                    h[j] = c[j];
                }
                tanh(h, 0, n);
                for (int j = 0; j < n; j++) {
                    h[j] *= gates[3 * n + j];
                }
            }
            case GRU -> {
                add(gates, v, 2 * n);
                sigmoid(gates, 0, 2 * n);
                for (int j = 0; j < n; j++) {
                    kept[j] = v[2 * n + j];
                    gates[2 * n + j] += gates[j] * v[2 * n + j];
                }
                tanh(gates, 2 * n, 3 * n);
                for (int j = 0; j < n; j++) {
                    float z = gates[n + j];
                    h[j] = (1 - z) * gates[2 * n + j] + z * h[j];
                }
            }
        }
    }

    /**
     * Gradients of a step.
     *
     * @param gates activated. Modified: du.
     * @param kept the values kept of the step. Modified.
     * @param h before the step. Not modified.
     * @param c before the step, for LSTM. Not modified.
     * @param dh that of h. Modified: that of h before the step, without what comes by v.
     * @param dc that of c. Modified: that of c before the step.
     * @param dv Modified.
     */
    void backward(
            float[] gates, float[] kept, float[] h, float[] c, float[] dh, float[] dc, float[] dv) {
        switch (cell) {
            case RNN_TANH -> {
                for (int j = 0; j < hidden; j++) {
                    gates[j] = (1 - gates[j] * gates[j]) * dh[j];
                    dv[j] = gates[j];
                    dh[j] = 0;
                }
            }
            case RNN_RELU -> {
                for (int j = 0; j < hidden; j++) {
                    gates[j] = gates[j] > 0 ? dh[j] : 0;
                    dv[j] = gates[j];
                    dh[j] = 0;
                }
            }
            case LSTM -> lstmBackward(gates, kept, c, dh, dc, dv);
            case GRU -> gruBackward(gates, kept, h, dh, dv);
        }
    }

    private void lstmBackward(
            float[] gates, float[] kept, float[] c, float[] dh, float[] dc, float[] dv) {
        int n = hidden;
        tanh(kept, 0, n);
        for (int j = 0; j < n; j++) {
            float input = gates[j];
            float forget = gates[n + j];
            float candidate = gates[2 * n + j];
            float output = gates[3 * n + j];
            float d = dc[j] + dh[j] * output * (1 - kept[j] * kept[j]);
            gates[j] = d * candidate * input * (1 - input);
            gates[n + j] = d * c[j] * forget * (1 - forget);
            gates[2 * n + j] = d * input * (1 - candidate * candidate);
            gates[3 * n + j] = dh[j] * kept[j] * output * (1 - output);
            dc[j] = d * forget;
            dh[j] = 0;
        }
        System.arraycopy(gates, 0, dv, 0, 4 * n);
    }

    private void gruBackward(float[] gates, float[] kept, float[] h, float[] dh, float[] dv) {
        int n = hidden;
        for (int j = 0; j < n; j++) {
            float reset = gates[j];
            float update = gates[n + j];
            float candidate = gates[2 * n + j];
            float d = dh[j] * (1 - update) * (1 - candidate * candidate);
            gates[j] = d * kept[j] * reset * (1 - reset);
            gates[n + j] = dh[j] * (h[j] - candidate) * update * (1 - update);
            gates[2 * n + j] = d;
            dv[j] = gates[j];
            dv[n + j] = gates[n + j];
            dv[2 * n + j] = d * reset;
            dh[j] *= update;
        }
    }

    private static void add(float[] y, float[] x, int count) {
        for (int i = 0; i < count; i++) {
            y[i] += x[i];
        }
    }

    private static void sigmoid(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = 0.5f + 0.5f * tanh(0.5f * x[i]);
        }
    }

    private static void tanh(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = tanh(x[i]);
        }
    }

    /**
     * tanh within 4 roundings, by arithmetic that a compiler can do on several numbers at once: the
     * sixth convergent of the continued fraction x / (1 + x² / (3 + x² / (5 + …))) at x/8, off by
     * less than 4e-9 of itself there, and tanh(2u) = 2 tanh(u) / (1 + tanh²(u)) three times.
     */
    static float tanh(float x) {
        float u = Math.max(-SATURATED, Math.min(SATURATED, x)) * 0.125f;
        float s = u * u;
        float over = u * (10395 + s * (1260 + s * 21));
        float t = over / (10395 + s * (4725 + s * (210 + s)));
        t = (t + t) / (1 + t * t);
        t = (t + t) / (1 + t * t);
        return (t + t) / (1 + t * t);
    }
}
