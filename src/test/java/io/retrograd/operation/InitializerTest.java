package io.retrograd.operation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Moments and bounds of first values, for a weight with fan-in 32·9 and fan-out 64·9. */
class InitializerTest {
    private static final Shape WEIGHT = Shape.of(64, 32, 3, 3);
    private static final double FAN_IN = 32 * 9;
    private static final double FAN_OUT = 64 * 9;

    @Test
    void uniformOnesFillTheirInterval() {
        checkUniform(Initializer.kaimingUniform(), Math.sqrt(6 / FAN_IN));
        checkUniform(Initializer.xavierUniform(), Math.sqrt(6 / (FAN_IN + FAN_OUT)));
        checkUniform(Initializer.defaultWeight(), Math.sqrt(1 / FAN_IN));
        checkUniform(Initializer.uniform(0.3), 0.3);
    }

    @Test
    void normalOnesHaveTheirDeviation() {
        checkNormal(Initializer.kaimingNormal(), Math.sqrt(2 / FAN_IN));
        checkNormal(Initializer.xavierNormal(), Math.sqrt(2 / (FAN_IN + FAN_OUT)));
        checkNormal(Initializer.normal(0.7), 0.7);
    }

    @Test
    void valuesArePureFunctionsOfSeedAndStream() {
        Initializer initializer = Initializer.kaimingNormal();
        double[] values = values(initializer, WEIGHT, 5, 6);
        assertArrayEquals(values, values(initializer, WEIGHT, 5, 6));
        assertTrue(!Arrays.equals(values, values(initializer, WEIGHT, 5, 7)));
        assertTrue(!Arrays.equals(values, values(initializer, WEIGHT, 6, 6)));
    }

    private static double[] values(Initializer initializer, Shape shape, long seed, long stream) {
        double[] values = new double[(int) shape.size()];
        Arrays.setAll(values, initializer.elements(shape, seed, stream));
        return values;
    }

    private static void checkUniform(Initializer initializer, double bound) {
        double[] values = values(initializer, WEIGHT, 1, 2);
        double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= bound && largest > 0.999 * bound, largest + " of " + bound);
        checkMoments(values, bound / Math.sqrt(3));
    }

    private static void checkNormal(Initializer initializer, double std) {
        double[] values = values(initializer, WEIGHT, 1, 2);
        checkMoments(values, std);
        double within =
                (double) Arrays.stream(values).filter(v -> Math.abs(v) < std).count()
                        / values.length;
        assertEquals(0.6827, within, 5 * Math.sqrt(0.6827 * 0.3173 / values.length));
    }

    /** Mean and standard deviation within five of their own standard errors. */
    private static void checkMoments(double[] values, double std) {
        double n = values.length;
        double mean = Arrays.stream(values).sum() / n;
        double square = Arrays.stream(values).map(v -> v * v).sum() / n;
        assertEquals(0, mean, 5 * std / Math.sqrt(n));
        assertEquals(std, Math.sqrt(square), 5 * std / Math.sqrt(2 * n));
    }
}
