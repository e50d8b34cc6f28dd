package io.retrograd.model;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Transpose;

/**
 * A network for text: a convolution finds short patterns of neighbouring tokens, a bidirectional
 * gated recurrent unit what they mean together.
 *
 * <pre>
 *   (N, T) tokens → embedding (N, T, E) → convolution, ReLU (N, C, T) → max pooling (N, C, T/pool)
 *          → GRU, both directions (N, T/pool, 2·H) → mean over time → dropout → (N, classes) logits
 * </pre>
 *
 * @param vocabulary tokens are from 0 to {@code vocabulary − 1}
 * @param embedding E
 * @param channels C
 * @param kernel width of the convolution, odd
 * @param pool width and step of the max pooling
 * @param hidden H, units of the GRU in each direction
 * @param dropout probability of dropout before the last layer
 * @param padding the token behind the end of short texts, which then counts nowhere; −1 for none
 */
public record CnnBiGru(
        int vocabulary,
        int classes,
        int embedding,
        int channels,
        int kernel,
        int pool,
        int hidden,
        double dropout,
        int padding) {
    public CnnBiGru {
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("CnnBiGru: kernel must be odd, got " + kernel);
        }
    }

    /** For words: 128 numbers each, 128 channels of width 5, pooling by 2, 128 units. */
    public static CnnBiGru words(int vocabulary, int classes) {
        return new CnnBiGru(vocabulary, classes, 128, 128, 5, 2, 128, /* dropout= */ 0, -1);
    }

    /** For characters: 32 numbers each, 96 channels of width 3, no pooling, 64 units. */
    public static CnnBiGru characters(int vocabulary, int classes) {
        return new CnnBiGru(vocabulary, classes, 32, 96, 3, 1, 64, /* dropout= */ 0.3, -1);
    }

    /** The same with this token behind the end of short texts. */
    public CnnBiGru padding(int token) {
        return new CnnBiGru(
                vocabulary, classes, embedding, channels, kernel, pool, hidden, dropout, token);
    }

    /** The same with other dropout before the last layer. */
    public CnnBiGru dropout(double p) {
        return new CnnBiGru(
                vocabulary, classes, embedding, channels, kernel, pool, hidden, p, padding);
    }

    /** The network itself. */
    public Layer network() {
        Layer body =
                new Sequential(
                        new Embedding(vocabulary, embedding, padding),
                        new Transpose(1, 2),
                        new Conv1d(channels, kernel).padding(kernel / 2),
                        new Relu(),
                        new MaxPool1d(pool),
                        new Transpose(1, 2),
                        new Gru(hidden).bidirectional(true),
                        new MeanOverTime(),
                        new Dropout(dropout),
                        new Linear(classes));
        return padding < 0 ? body : new Padded(padding, body);
    }
}
