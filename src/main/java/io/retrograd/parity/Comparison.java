package io.retrograd.parity;

import io.retrograd.parity.ParityResult.Worst;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Compares computed tensors with expected ones and remembers the worst element. */
final class Comparison {
    private final Map<String, Double> allowances;
    private final Map<String, Double> errors = new HashMap<>();
    private Tolerance tolerance;
    private @Nullable Worst worst;
    private double worstLimit;

    /**
     * A comparison.
     *
     * @param allowances by tensor, what is added to the largest error that passes
     */
    Comparison(Tolerance tolerance, Map<String, Double> allowances) {
        this.tolerance = tolerance;
        this.allowances = allowances;
    }

    /** Expects results to carry the rounding of inputs as large as this. */
    void inputs(double[] values) {
        tolerance = tolerance.forInputs(largest(values));
    }

    /** Compares all elements of one tensor, which carry the rounding of its largest one. */
    void check(String tensor, double[] expected, double[] got) {
        check(tensor, expected, got, /* incoming= */ 0);
    }

    /**
     * Compares all elements of a gradient, which also carry the rounding of the gradient that came
     * in: where that cancels, as behind a saturated function, what is left may be far smaller.
     *
     * @param incoming largest magnitude in the gradient that came in
     */
    void check(String tensor, double[] expected, double[] got, double incoming) {
        double scale = Math.max(incoming, largest(expected));
        double limit = tolerance.relative() + allowances.getOrDefault(tensor, 0.0);
        for (int i = 0; i < expected.length; i++) {
            double error = error(expected[i], got[i], tolerance.floor() * scale);
            errors.merge(tensor, error, Math::max);
            if (worst == null || error / limit > worst.error() / worstLimit) {
                worst = new Worst(tensor, i, expected[i], got[i], error);
                worstLimit = limit;
            }
        }
    }

    /** The largest error of each tensor. */
    Map<String, Double> errors() {
        return errors;
    }

    /** The element whose error is largest for what passes, or null if nothing was compared. */
    @Nullable Worst worst() {
        return worst;
    }

    boolean passed() {
        return worst != null && worst.error() <= worstLimit;
    }

    /** The largest error of the worst element that passes. */
    double limit() {
        return worstLimit;
    }

    static double largest(double[] values) {
        return DoubleStream.of(values).map(Math::abs).max().orElse(0);
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
