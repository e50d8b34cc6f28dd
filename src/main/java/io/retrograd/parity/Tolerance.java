package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.tensor.DType;

/**
 * The allowed distance of a number from the expected one: {@code |got − e| ≤ relative·(|e| +
 * floor·scale)}, where {@code scale} is the largest magnitude in the expected tensor and, for a
 * gradient, in the gradient that came in.
 *
 * <p>A number that is small in its tensor carries the rounding of the terms that it was summed
 * from, which are as large as the scale: {@code relative·floor} = 1e-14 of the scale is the unit
 * roundoff 1.1e-16 times a reduction of 90 terms. Any number over 1e-8 of the scale that is wrong
 * by a millionth of itself is still found.
 *
 * <p>In less than float64 every number may be off by some roundings of the scale.
 *
 * @param relative the bound on the error of numbers that are large in their tensor
 * @param floor share of the scale below which a number's error is that of what it was summed from
 */
record Tolerance(double relative, double floor) {
    /**
     * Single operations in float64. Worst against PyTorch 2.13 over thousands of cases: 6e-12, and
     * 7e-11 where a norm has but two elements.
     */
    private static final Tolerance OPERATION = new Tolerance(1e-10, 1e-4);

    /**
     * Several training steps in float64, each of which amplifies the rounding of the one before.
     * Worst against PyTorch 2.13: 2.3e-11, and 6e-10 in deeply nested residual networks.
     */
    private static final Tolerance NETWORK = new Tolerance(1e-9, 1e-5);

    /**
     * Roundings that a number of the tensor's scale may carry. A sum of n terms carries about √n of
     * them, and the cases' longest sums have some thousand terms. Worst on the CPU in float32 over
     * 1,700 cases: 27.
     */
    private static final double OPERATION_ROUNDINGS = 64;

    /**
     * After several training steps. Worst on the CPU in float32: 23, and 1,900 in deeply nested
     * residual networks.
     */
    private static final double NETWORK_ROUNDINGS = 4096;

    /**
     * Roundings to bfloat16 that a number of the tensor's scale may carry where sums are float32:
     * those of the factors of what it is a sum of, which do not grow with its length, and its own.
     * Beyond what rounding a case's inputs allows, worst on the CPU: 0.5.
     */
    private static final double OPERATION_STORED = 4;

    /** After several training steps. Beyond the same, worst on the CPU: 1.7. */
    private static final double NETWORK_STORED = 8;

    /** PyTorch's hardsigmoid in float64: its derivative is 1/6 as float32 rounds it, 3e-8 off. */
    private static final Tolerance HARDSIGMOID = new Tolerance(4e-8, 1e-4);

    /** The tolerance for a single operation on a device. */
    static Tolerance ofOperation(Backend device, String op) {
        return device.dtype() == DType.FLOAT64
                ? op.equals("hardsigmoid") ? HARDSIGMOID : OPERATION
                : roundings(device, OPERATION_ROUNDINGS, OPERATION_STORED);
    }

    /** The tolerance for an optimizer on a device, which works on parameters only. */
    static Tolerance ofUpdate(Backend device) {
        return device.dtype() == DType.FLOAT64
                ? OPERATION
                : roundings(device, OPERATION_ROUNDINGS, /* stored= */ 0);
    }

    /** The tolerance for several training steps on a device. */
    static Tolerance ofNetwork(Backend device) {
        return device.dtype() == DType.FLOAT64
                ? NETWORK
                : roundings(device, NETWORK_ROUNDINGS, NETWORK_STORED);
    }

    /**
     * The same where inputs are as large as this: what rounds them moves the result as much as if
     * inputs of size 1 were rounded that many times.
     */
    Tolerance forInputs(double largest) {
        return floor == 1 ? new Tolerance(relative * Math.max(1, largest), floor) : this;
    }

    /**
     * A number of roundings of sums, and of factors and results where the device rounds these to
     * less.
     */
    private static Tolerance roundings(Backend device, double sums, double stored) {
        double fine = device.parameterDType().epsilon() / 2;
        double coarse = device.epsilon() / 2;
        return new Tolerance(
                sums * fine + (device.roundsResults() ? stored * coarse : 0), /* floor= */ 1);
    }
}
