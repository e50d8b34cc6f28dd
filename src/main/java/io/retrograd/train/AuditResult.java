package io.retrograd.train;

import io.retrograd.tensor.Shape;

/**
 * One operation in one step, held against the reference.
 *
 * @param step its number, from 1
 * @param operation the layer's path and what it does, as in {@code 3.body.1 convolution}
 * @param elements how many were compared
 * @param tensor where the difference is largest for what rounding explains, as in {@code
 *     3.weight.grad}
 * @param shape that tensor's shape
 * @param element its row-major index there
 * @param expected on the reference
 * @param got on the device that trains
 * @param tolerance the difference that rounding explains
 * @param seconds that the comparison took
 */
public record AuditResult(
        long step,
        String operation,
        long elements,
        String tensor,
        Shape shape,
        int element,
        double expected,
        double got,
        double tolerance,
        double seconds) {
    /** Whether rounding explains all differences. */
    public boolean passed() {
        return excess() <= 1;
    }

    /** The largest difference, as a share of what rounding explains. */
    public double excess() {
        return excess(expected, got, tolerance);
    }

    static double excess(double expected, double got, double tolerance) {
        if (Double.compare(expected, got) == 0) {
            return 0;
        }
        double excess = Math.abs(expected - got) / tolerance;
        return Double.isNaN(excess) ? Double.POSITIVE_INFINITY : excess;
    }

    /** The result in a line. */
    public String message() {
        return String.format(
                "Audit: step %d, %s: expected %s%s to be %.9g within %.1e as on the reference, got"
                        + " %.9g",
                step, operation, tensor, shape.index(element), expected, tolerance, got);
    }
}
