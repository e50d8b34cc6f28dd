package io.retrograd.tensor;

/**
 * The random numbers of one sample in one epoch of a training: a pure function of the seed and a
 * number, whichever thread asks, and whatever was asked before.
 *
 * @param seed the seed of the whole training
 * @param number another one for each sample of each epoch
 */
public record Draw(long seed, long number) {
    private static final long STREAM = 0x5049_4354_0000_0000L;

    /** A number uniform in [0, 1). */
    public double uniform(int index) {
        return Philox.uniform(seed, STREAM + index, number);
    }

    /** A number uniform in [{@code from}, {@code to}). */
    public double uniform(int index, double from, double to) {
        return from + (to - from) * uniform(index);
    }

    /** An integer uniform in 0 to {@code count} − 1. */
    public int below(int index, int count) {
        return (int) (uniform(index) * count);
    }
}
