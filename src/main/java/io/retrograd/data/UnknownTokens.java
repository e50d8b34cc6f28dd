package io.retrograd.data;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Augmentation;

/**
 * Makes each token of a text, but not its padding, unknown with probability p: a network learns not
 * to rely on any one of them, and what the unknown token means.
 *
 * @param p in [0, 1)
 */
public record UnknownTokens(double p) implements Augmentation {
    private static final long STREAM = 0x554E_4B4E_4F57_4EL;

    public UnknownTokens {
        Checks.fraction("UnknownTokens", "p", p);
    }

    @Override
    public void apply(double[] values, int offset, Shape shape, long seed, long draw) {
        int size = Math.toIntExact(shape.size());
        for (int i = 0; i < size; i++) {
            if (values[offset + i] != Vocabulary.PADDING
                    && Philox.uniform(seed, STREAM, draw * size + i) < p) {
                values[offset + i] = Vocabulary.UNKNOWN;
            }
        }
    }
}
