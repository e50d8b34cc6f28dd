package io.retrograd.backend.conformance;

import io.retrograd.tensor.DType;
import java.math.BigDecimal;
import java.math.MathContext;

/** Errors in units of the last place. */
final class Ulp {
    private Ulp() {}

    /**
     * The error of a number.
     *
     * @param size the size of the terms whose sum it is: the unit is that of the largest of them
     *     and of what is expected
     * @return 0 for what overflows and is expected to, infinity for what is not finite elsewhere
     */
    static double error(DType dtype, double actual, BigDecimal expected, BigDecimal size) {
        double limit = largest(dtype);
        if (expected.abs().compareTo(new BigDecimal(limit)) > 0) {
            boolean side = Math.signum(actual) == expected.signum();
            return side && Math.abs(actual) >= limit ? 0 : Double.POSITIVE_INFINITY;
        }
        if (!Double.isFinite(actual)) {
            return Double.POSITIVE_INFINITY;
        }
        BigDecimal off = new BigDecimal(actual).subtract(expected).abs();
        BigDecimal unit = new BigDecimal(unit(dtype, expected.abs().max(size).doubleValue()));
        return off.divide(unit, MathContext.DECIMAL64).doubleValue();
    }

    /** Distance of neighbours at x; in bfloat16 numbers below the smallest normal one may be 0. */
    private static double unit(DType dtype, double x) {
        return switch (dtype) {
            case FLOAT64 -> Math.ulp(Math.min(x, Double.MAX_VALUE));
            case FLOAT32 -> Math.ulp((float) Math.min(x, Float.MAX_VALUE));
            default -> {
                double power = Math.pow(2, Math.getExponent(Math.min(x, Float.MAX_VALUE)));
                yield Math.max(power, Float.MIN_NORMAL / DType.BFLOAT16.epsilon())
                        * DType.BFLOAT16.epsilon();
            }
        };
    }

    /** The largest number of a kind. */
    static double largest(DType dtype) {
        return switch (dtype) {
            case FLOAT64 -> Double.MAX_VALUE;
            case FLOAT32 -> Float.MAX_VALUE;
            case BFLOAT16 -> Float.intBitsToFloat(0x7f7f0000);
            default -> throw new IllegalArgumentException(dtype.toString());
        };
    }
}
