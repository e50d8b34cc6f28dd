package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Data for tests, and how it is compared. */
final class Numbers {
    private static final double STEP = 1e-5;

    private Numbers() {}

    /** Whole numbers from -3 to 3, whose sums and products are exact. */
    static double[] integers(int count, long seed) {
        Random random = new Random(seed);
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextInt(7) - 3);
        return values;
    }

    /** Normal numbers. */
    static double[] reals(int count, long seed) {
        Random random = new Random(seed);
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextGaussian());
        return values;
    }

    static double[] filled(int count, double value) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * Compares dx with central differences of ⟨dy, f(x)⟩ along random directions.
     *
     * <p>With steps of 1e-5 in double, differences are good to about 1e-9 of the values.
     */
    static void assertGradient(
            double[] x, double[] dx, double[] dy, UnaryOperator<double[]> function) {
        for (int seed = 0; seed < 3; seed++) {
            double[] direction = reals(x.length, 1000 + seed);
            double[] ahead = x.clone();
            double[] behind = x.clone();
            for (int i = 0; i < x.length; i++) {
                ahead[i] += STEP * direction[i];
                behind[i] -= STEP * direction[i];
            }
            double difference =
                    (dot(dy, function.apply(ahead)) - dot(dy, function.apply(behind))) / (2 * STEP);
            assertEquals(difference, dot(dx, direction), 1e-6 * (1 + Math.abs(difference)));
        }
    }
}
