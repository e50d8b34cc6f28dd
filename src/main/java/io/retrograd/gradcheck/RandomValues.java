package io.retrograd.gradcheck;

import io.retrograd.tensor.Philox;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

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
        double[] values =
                draw(
                        count,
                        i -> {
                            double jitter = 0.5 * (uniform(i) - 0.5);
                            double value = snap(bound * (2 * (i + 0.5 + jitter) / count - 1));
                            return value == 0 ? GRID : value;
                        });
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
        return draw(count, i -> snap(low + (high - low) * uniform(i)));
    }

    /** As {@link #between}, each with a random sign: with {@code low} above 0, never near 0. */
    double[] signed(int count, double low, double high) {
        double[] values = between(count, low, high);
        return draw(count, i -> uniform(i) < 0.5 ? -values[i] : values[i]);
    }

    /** Whole numbers uniform in [0, bound). */
    double[] indices(int count, int bound) {
        return draw(count, i -> (int) (uniform(i) * bound));
    }

    /** A random index in [low, high). */
    int index(int low, int high) {
        return low + (int) (uniform(++stream) * (high - low));
    }

    /** A seed of its own for what draws by other means. */
    long fork() {
        return seed * 31 + ++stream;
    }

    /** Values from a stream of their own. */
    private double[] draw(int count, IntToDoubleFunction value) {
        stream++;
        double[] values = new double[count];
        Arrays.setAll(values, value);
        return values;
    }

    private double uniform(long index) {
        return Philox.uniform(seed, stream, index);
    }

    private static double snap(double value) {
        return Math.rint(value / GRID) * GRID;
    }
}
