package io.retrograd.backend.conformance;

import io.retrograd.tensor.Tensor;
import java.util.Arrays;

/**
 * What a tensor has to hold after a pass.
 *
 * @param name of the tensor, as in {@link Side#results}
 * @param exact whether a device may round it where it is kept, and no more
 * @param tolerance relative to the largest element, if it is not exact
 */
record ExpectedResult(String name, boolean exact, double tolerance) {
    /** What is below the smallest normal float32 number may be lost. */
    private static final double SMALLEST = Float.MIN_NORMAL;

    /**
     * Compares.
     *
     * @param exactly what the reference computes. Not modified.
     * @param result what a device computes. Not modified.
     * @throws AssertionError if an element differs
     */
    void check(double[] exactly, Tensor result) {
        double[] values = exact ? DrawnNumbers.rounded(exactly, result.dtype().epsilon()) : exactly;
        double[] actual = result.toArray();
        double allowed = exact ? 0 : tolerance * scale(values) + SMALLEST;
        for (int i = 0; i < values.length; i++) {
            boolean same = Double.compare(actual[i] + 0.0, values[i] + 0.0) == 0;
            if (!same && !(Math.abs(actual[i] - values[i]) <= allowed)) {
                throw new AssertionError(
                        String.format(
                                "%s: expected element %d to be %.9g within %.1e, got %.9g",
                                name, i, values[i], allowed, actual[i]));
            }
        }
    }

    /**
     * The largest element; for a parameter's gradient at least 1 as for what it is a sum of, which
     * may cancel.
     */
    private double scale(double[] values) {
        double finite =
                Arrays.stream(values).map(Math::abs).filter(Double::isFinite).max().orElse(0);
        return name.endsWith(".grad") && !name.startsWith("input") ? Math.max(finite, 1) : finite;
    }
}
