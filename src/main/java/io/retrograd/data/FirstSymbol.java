package io.retrograd.data;

import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;

/**
 * A task that only memory solves: which symbol stood at the beginning?
 *
 * <pre>
 *   x[0] = one-hot symbol    x[t] = noise, normal with standard deviation 0.1    label = symbol
 * </pre>
 *
 * Samples are made when they are read, a pure function of seed and index.
 */
public final class FirstSymbol implements LabelledDataset {
    private static final double NOISE = 0.1;

    private final int symbols;
    private final int length;
    private final int size;
    private final long seed;

    /**
     * Sequences of (length, symbols).
     *
     * @param symbols at least 2, the classes
     * @param length steps, at least 2
     * @param size number of sequences, at least 1
     */
    public FirstSymbol(int symbols, int length, int size, long seed) {
        if (symbols < 2 || length < 2 || size < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "FirstSymbol: expected at least 2 symbols, length 2 and size 1, got %d,"
                                    + " %d and %d",
                            symbols, length, size));
        }
        this.symbols = symbols;
        this.length = length;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Shape sampleShape() {
        return Shape.of(length, symbols);
    }

    @Override
    public int classes() {
        return symbols;
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        for (int k = 0; k < symbols; k++) {
            into[offset + k] = k == label(index) ? 1 : 0;
        }
        for (int i = symbols; i < length * symbols; i++) {
            into[offset + i] = NOISE * Philox.normal(seed, /* stream= */ 1 + index, i);
        }
    }

    @Override
    public int label(int index) {
        return (int) (symbols * Philox.uniform(seed, /* stream= */ 0, index));
    }
}
