package io.retrograd.layer;

import io.retrograd.operation.RecurrentSpec;

/**
 * Gated recurrent unit: x (N, T, I), y (N, T, D·H).
 *
 * <pre>
 *   r, z = σ(w_ih x[t] + b_ih + w_hh h' + b_hh)
 *   n = tanh(w_ih x[t] + b_ih + r (w_hh h' + b_hh))
 *   h = (1 − z) n + z h'
 * </pre>
 *
 * Source: K. Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014; the
 * reset gate behind the product, as in cuDNN and PyTorch.
 */
public final class Gru extends Recurrent<Gru> {
    /**
     * With one layer in one direction, batch first, without dropout.
     *
     * @param hidden H, at least 1
     */
    public Gru(int hidden) {
        this(Settings.of(RecurrentSpec.Cell.GRU, hidden));
    }

    private Gru(Settings settings) {
        super(settings, Gru::new);
    }
}
