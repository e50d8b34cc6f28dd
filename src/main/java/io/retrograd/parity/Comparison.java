package io.retrograd.parity;

import io.retrograd.parity.ParityResult.Worst;
import org.jspecify.annotations.Nullable;

/** Compares computed tensors with expected ones and remembers the worst element. */
final class Comparison {
    private final Tolerance tolerance;
    private @Nullable Worst worst;

    Comparison(Tolerance tolerance) {
        this.tolerance = tolerance;
    }

    /** Compares all elements of one tensor. */
    void check(String tensor, double[] expected, double[] got) {
        double scale = 0;
        for (double value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            double error = error(expected[i], got[i], tolerance.floor() * scale);
            if (worst == null || error > worst.error()) {
                worst = new Worst(tensor, i, expected[i], got[i], error);
            }
        }
    }

    /** The element with the largest error, or null if nothing was compared. */
    @Nullable Worst worst() {
        return worst;
    }

    /** Whether all elements were within the tolerance. */
    boolean passed() {
        return worst != null && worst.error() <= tolerance.relative();
    }

    /** The largest error that passes. */
    double limit() {
        return tolerance.relative();
    }

    /** Infinite where a number is not finite. */
    private static double error(double expected, double got, double floor) {
        if (expected == got && Double.isFinite(got)) {
            return 0;
        }
        double error = Math.abs(got - expected) / (Math.abs(expected) + floor);
        return Double.isFinite(error) ? error : Double.POSITIVE_INFINITY;
    }
}
