package io.retrograd.parity;

/**
 * How far a number may be from the expected one: {@code |got − e| ≤ relative·(|e| + floor·scale)},
 * where {@code scale} is the largest magnitude in the expected tensor.
 *
 * @param relative the bound on the error of numbers that are large in their tensor
 * @param floor share of the scale below which a number's error is that of what it was summed from
 */
record Tolerance(double relative, double floor) {
    /** Single operations. */
    static final Tolerance OPERATION = new Tolerance(1e-10, 1e-4);

    /** Several training steps, each of which amplifies the rounding of the one before. */
    static final Tolerance NETWORK = new Tolerance(1e-9, 1e-4);
}
