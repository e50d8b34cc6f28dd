package io.retrograd.gradcheck;

import io.retrograd.tensor.Philox;

/**
 * Values to check at. All are multiples of 2⁻²⁰ and small, so that adding a step that is a power of
 * two is exact.
 */
final class RandomValues {
    private static final double GRID = 0x1p-20;

    private final long seed;
    private long stream;

    RandomValues(long seed) {
        this.seed = seed;
    }

    /** Evenly spaced over (−bound, bound), shuffled and jittered: no two are close, none is 0. */
    double[] spread(int count, double bound) {
        stream++;
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            double jitter = 0.5 * (uniform(i) - 0.5);
            double value = snap(bound * (2 * (i + 0.5 + jitter) / count - 1));
            values[i] = value == 0 ? GRID : value;
        }
        for (int i = count - 1; i > 0; i--) {
            int j = (int) (uniform(count + (long) i) * (i + 1));
            double swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
        return values;
    }

    /** Uniform in [low, high). */
    double[] between(int count, double low, double high) {
        stream++;
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = snap(low + (high - low) * uniform(i));
        }
        return values;
    }

    /** As {@link #between}, each with a random sign: with {@code low} above 0, never near 0. */
    double[] signed(int count, double low, double high) {
        double[] values = between(count, low, high);
        stream++;
        for (int i = 0; i < count; i++) {
            values[i] *= uniform(i) < 0.5 ? -1 : 1;
        }
        return values;
    }

    /** Whole numbers uniform in [0, bound). */
    double[] indices(int count, int bound) {
        stream++;
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = (int) (uniform(i) * bound);
        }
        return values;
    }

    /** A random index in [low, high). */
    int index(int low, int high) {
        return low + (int) (uniform(++stream) * (high - low));
    }

    /** A seed of its own for what draws by other means. */
    long fork() {
        return seed * 31 + ++stream;
    }

    private double uniform(long index) {
        return Philox.uniform(seed, stream, index);
    }

    private static double snap(double value) {
        return Math.rint(value / GRID) * GRID;
    }
}
