package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.function.Function;

/**
 * Measures how much rounding shakes L = Σ dy·y: the standard deviation of its computed value.
 *
 * <p>L is taken at points so close together that it is a straight line between them but for
 * rounding; its fourth differences then have 70 = (8 over 4) times the variance of the rounding.
 *
 * <p>Source: J. J. Moré, S. M. Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011.
 */
final class RoundingNoise {
    private static final int POINTS = 12;
    private static final int ORDER = 4;
    private static final double VARIANCE_FACTOR = 70;

    /** The step is epsilon to this power, 2⁻³⁴ in float64. */
    private static final double STEP = 34.0 / 52;

    private RoundingNoise() {}

    /**
     * Moves all variables of a subject together: equal values alike, and then each by itself, as
     * what is equal may cancel without rounding. The greater noise counts.
     *
     * @param epsilon that of its numbers
     */
    static double measure(Subject subject, Values values, double epsilon, long seed) {
        double unit = Math.pow(2, Math.rint(STEP * Math.log(epsilon) / Math.log(2)));
        double alike = measure(subject, values, unit, start -> Probe.direction(start, seed));
        double apart = measure(subject, values, unit, start -> Probe.free(start.length, seed));
        return Math.max(alike, apart);
    }

    private static double measure(
            Subject subject, Values values, double unit, Function<double[], Probe> direction) {
        double[] base = subject.forward(values);
        IdentityHashMap<Tensor, double[]> starts = new IdentityHashMap<>();
        subject.variables().forEach(variable -> starts.put(variable, variable.toArray()));
        double[] loss = new double[POINTS];
        for (int k = 0; k < POINTS; k++) {
            double step = unit * (k + 1);
            starts.forEach((variable, start) -> move(variable, start, direction, step));
            double[] y = subject.forward(values);
            for (int i = 0; i < y.length; i++) {
                loss[k] += values.dy()[i] * (y[i] - base[i]);
            }
        }
        starts.forEach(Tensor::copyFrom);
        return deviation(loss);
    }

    /** Large values by as much more, so that they move at all. */
    private static void move(
            Tensor variable, double[] start, Function<double[], Probe> direction, double step) {
        int exponent = Math.max(0, Math.getExponent(Scales.largest(start)));
        variable.copyFrom(direction.apply(start).moved(start, Math.scalb(step, exponent)));
    }

    /** The standard deviation of the rounding of values that would lie on a straight line. */
    static double deviation(double[] line) {
        return Math.sqrt(meanSquareDifference(line) / VARIANCE_FACTOR);
    }

    private static double meanSquareDifference(double[] values) {
        double[] differences = values.clone();
        int count = values.length;
        for (int order = 0; order < ORDER; order++) {
            count--;
            for (int i = 0; i < count; i++) {
                differences[i] = differences[i + 1] - differences[i];
            }
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += differences[i] * differences[i];
        }
        return sum / count;
    }
}
