package io.retrograd.gradcheck;

import java.util.function.IntUnaryOperator;

/**
 * A direction in which one tensor's values are moved: a single element or many at once.
 *
 * <p>Two probes are never compared, so arrays may be components.
 *
 * @param at the elements that move
 * @param weights how far each moves at step 1: a power of two with a sign
 */
@SuppressWarnings("ArrayRecordComponent")
record Probe(int[] at, double[] weights) {
    /** Nothing moves. */
    static final Probe NONE = new Probe(new int[0], new double[0]);

    /** One element. */
    static Probe coordinate(int i) {
        return new Probe(new int[] {i}, new double[] {1});
    }

    /**
     * All elements, by ±s with s the power of two next below 1 / √n. Equal values move together, so
     * that a tie stays one.
     */
    static Probe direction(double[] values, long seed) {
        return direction(values.length, i -> sign(values[i], seed));
    }

    /** The same with a sign of its own for each. */
    static Probe free(int count, long seed) {
        return direction(count, i -> sign(i + 1.0, seed));
    }

    private static Probe direction(int count, IntUnaryOperator sign) {
        double size = 1;
        while (size * size * count > 1) {
            size /= 2;
        }
        int[] at = new int[count];
        double[] weights = new double[count];
        for (int i = 0; i < at.length; i++) {
            at[i] = i;
            weights[i] = sign.applyAsInt(i) * size;
        }
        return new Probe(at, weights);
    }

    boolean isCoordinate() {
        return at.length == 1;
    }

    /** The element that a coordinate moves. */
    int element() {
        return at[0];
    }

    /** The sum of how far each element moves at step 1. */
    double length() {
        double sum = 0;
        for (double weight : weights) {
            sum += Math.abs(weight);
        }
        return sum;
    }

    /** The values, moved by {@code step}. */
    double[] moved(double[] values, double step) {
        double[] moved = values.clone();
        for (int i = 0; i < at.length; i++) {
            moved[at[i]] += step * weights[i];
        }
        return moved;
    }

    /** The derivative along this direction of a function with this gradient. */
    double dot(double[] gradient) {
        double sum = 0;
        for (int i = 0; i < at.length; i++) {
            sum += gradient[at[i]] * weights[i];
        }
        return sum;
    }

    /** A random sign, the same for equal values. */
    static int sign(double value, long seed) {
        long mixed = (Double.doubleToLongBits(value) ^ seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return (mixed >>> 63) == 0 ? 1 : -1;
    }
}
