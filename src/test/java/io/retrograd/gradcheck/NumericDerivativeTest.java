package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.NumericDerivative.FIRST_STEP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Derivatives of functions whose derivatives are known, and whether their errors are bounded. */
class NumericDerivativeTest {
    private static final double GOOD_ENOUGH = 1e-12;

    @Test
    void errorIsWithinItsEstimate() {
        for (double x = -2.03; x < 2; x += 0.07) {
            double at = x;
            check(Math::exp, at, Math.exp(at));
            check(Math::sin, at, Math.cos(at));
            check(Math::tanh, at, 1 - Math.tanh(at) * Math.tanh(at));
            check(v -> 1 / (1 + 25 * v * v), at, -50 * at / Math.pow(1 + 25 * at * at, 2));
            check(v -> v * v * v, at, 3 * at * at);
        }
    }

    /** A pole near the point: the first steps jump over it, only small ones converge. */
    @Test
    void stepsShrinkWhereTheFunctionIsSharp() {
        NumericDerivative d = of(v -> 1 / v, 0.1);
        assertEquals(-100, d.value(), d.error());
        assertTrue(d.error() < 1e-8 * 100);
    }

    /** |x| at 0.001: steps that reach over the kink are left out. */
    @Test
    void stepsShrinkBelowAKink() {
        NumericDerivative d =
                NumericDerivative.of(
                        h -> h > 0.001 ? null : difference(Math::abs, 0.001, h), FIRST_STEP, 0);
        assertTrue(d.smooth());
        assertEquals(1, d.value(), d.error());
    }

    @Test
    void aKinkAtThePointIsNotSmooth() {
        assertFalse(NumericDerivative.of(h -> null, FIRST_STEP, GOOD_ENOUGH).smooth());
    }

    private static void check(DoubleUnaryOperator f, double x, double derivative) {
        NumericDerivative d = of(f, x);
        assertEquals(derivative, d.value(), d.error(), () -> "at " + x);
        assertTrue(d.error() < 1e-8, () -> "at " + x + ": " + d);
    }

    private static NumericDerivative of(DoubleUnaryOperator f, double x) {
        return NumericDerivative.of(h -> difference(f, x, h), FIRST_STEP, GOOD_ENOUGH);
    }

    private static NumericDerivative.Difference difference(
            DoubleUnaryOperator f, double x, double h) {
        double high = x + h;
        double low = x - h;
        double rounding =
                4 * Math.ulp(1.0) * Math.max(Math.abs(f.applyAsDouble(high)), 1e-3 + Math.abs(x));
        return new NumericDerivative.Difference(
                (f.applyAsDouble(high) - f.applyAsDouble(low)) / (high - low), rounding / h);
    }
}
