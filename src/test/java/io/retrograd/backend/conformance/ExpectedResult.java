package io.retrograd.backend.conformance;

import io.retrograd.tensor.Tensor;

/**
 * The values that a tensor has to hold after a pass.
 *
 * @param round the round of the comparison, from 0
 * @param name the name of the tensor, as in {@link Side#results}
 * @param exact whether a device may round it where it is kept, and no more
 * @param allowance for one that is not exact
 */
record ExpectedResult(int round, String name, boolean exact, Allowance allowance) {
    /**
     * Compares.
     *
     * @param exactly the reference's result. Not modified.
     * @param result the device's result. Not modified.
     * @throws AssertionError if an element differs
     */
    void check(double[] exactly, Tensor result) {
        double[] values = exact ? DrawnNumbers.rounded(exactly, result.dtype().epsilon()) : exactly;
        double[] actual = result.toArray();
        double allowed = exact ? 0 : allowance.byLargest(values);
        int at = beyond(allowed, values, actual);
        if (at >= 0 && !exact) {
            allowed = allowance.of(round, name, values);
            at = beyond(allowed, values, actual);
        }
        if (at >= 0) {
            throw new AssertionError(
                    String.format(
                            "%s: expected element %d to be %.9g within %.1e, got %.9g",
                            name, at, values[at], allowed, actual[at]));
        }
    }

    /** The first element that is further off, or -1. */
    private static int beyond(double allowed, double[] values, double[] actual) {
        for (int i = 0; i < values.length; i++) {
            boolean same = Double.compare(actual[i] + 0.0, values[i] + 0.0) == 0;
            if (!same && !(Math.abs(actual[i] - values[i]) <= allowed)) {
                return i;
            }
        }
        return -1;
    }
}
