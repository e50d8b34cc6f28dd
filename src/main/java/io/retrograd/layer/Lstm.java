package io.retrograd.layer;

import io.retrograd.operation.RecurrentSpec;

/**
 * Long short-term memory: x (N, T, I), y (N, T, D·H).
 *
 * <pre>
 *   i, f, o = σ(w_ih x[t] + b_ih + w_hh h' + b_hh)    g = tanh of the same
 *   c = f c' + i g        h = o tanh(c)
 * </pre>
 *
 * Source: S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9, 1997.
 */
public final class Lstm extends Recurrent<Lstm> {
    /**
     * With one layer in one direction, batch first, without dropout.
     *
     * @param hidden H, at least 1
     */
    public Lstm(int hidden) {
        this(Settings.of(RecurrentSpec.Cell.LSTM, hidden));
    }

    private Lstm(Settings settings) {
        super(settings, Lstm::new);
    }
}
