package io.retrograd.parity;

/**
 * How far a number may be from the expected one: {@code |got − e| ≤ relative·(|e| + floor·scale)},
 * where {@code scale} is the largest magnitude in the expected tensor and, for a gradient, in the
 * gradient that came in.
 *
 * <p>A number that is small in its tensor carries the rounding of the terms that it was summed
 * from, which are as large as the scale: {@code relative·floor} = 1e-14 of the scale is the unit
 * roundoff 1.1e-16 times a reduction of 90 terms. Any number over 1e-8 of the scale that is wrong
 * by a millionth of itself is still found.
 *
 * @param relative the bound on the error of numbers that are large in their tensor
 * @param floor share of the scale below which a number's error is that of what it was summed from
 */
record Tolerance(double relative, double floor) {
    /**
     * Single operations. Worst against PyTorch 2.13 over thousands of cases: 6e-12, and 7e-11 where
     * a norm has but two elements.
     */
    static final Tolerance OPERATION = new Tolerance(1e-10, 1e-4);

    /**
     * Several training steps, each of which amplifies the rounding of the one before. Worst against
     * PyTorch 2.13: 2.3e-11, and 6e-10 in deeply nested residual networks.
     */
    static final Tolerance NETWORK = new Tolerance(1e-9, 1e-5);
}
