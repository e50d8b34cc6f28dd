package io.retrograd.layer;

import io.retrograd.operation.RecurrentSpec;

/**
 * Plain recurrent network: x (N, T, I), y (N, T, D·H).
 *
 * <pre>
 *   h = tanh(w_ih x[t] + b_ih + w_hh h' + b_hh), or ReLU
 * </pre>
 *
 * Source: J. L. Elman, Finding structure in time, Cognitive Science 14, 1990.
 */
public final class Rnn extends Recurrent<Rnn> {
    /**
     * With one layer in one direction, batch first, without dropout.
     *
     * @param hidden H, at least 1
     */
    public Rnn(int hidden) {
        this(Settings.of(RecurrentSpec.Cell.RNN_TANH, hidden));
    }

    private Rnn(Settings settings) {
        super(settings, Rnn::new);
    }

    /** The same with ReLU in place of tanh, or with tanh. */
    public Rnn relu(boolean relu) {
        RecurrentSpec spec = settings.spec();
        RecurrentSpec.Cell cell = relu ? RecurrentSpec.Cell.RNN_RELU : RecurrentSpec.Cell.RNN_TANH;
        return withSpec(new RecurrentSpec(cell, spec.hidden(), spec.bidirectional()));
    }
}
