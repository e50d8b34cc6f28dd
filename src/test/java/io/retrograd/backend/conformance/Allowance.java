package io.retrograd.backend.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The allowed errors of the results of a device.
 *
 * <p>A device that adds n terms of either sign gives the exact sum of terms that are each a little
 * off; what this does to a result depends on the network and its numbers. A sum that cancels or a
 * chain of products may be off by many times the rounding of its result, a mean by little of it,
 * and a maximum of two that are almost equal may be the other one. So the reference is asked: it
 * runs several times with all numbers moved, at random, by up to as much as they may be off.
 *
 * <pre>
 *   allowed = max(eps, ROUNDINGS·s)·largest + moved by MOVES·s and MOVES·max(eps, s)
 *         s = min(eps, 2⁻²³)·√n
 * </pre>
 *
 * The largest element stands for the roundings inside the last operation, and most results are
 * within that alone: the reference runs again only for those that are not.
 */
final class Allowance {
    /** The precision of sums whose terms have fewer digits. */
    private static final double FLOAT32 = 0x1p-23;

    /** Numbers below the smallest normal float32 number may be lost. */
    private static final double SMALLEST = Float.MIN_NORMAL;

    /** Roundings of a sum of n terms, in units of s; the worst seen is about 1. */
    private static final double ROUNDINGS = 8;

    private static final int DRAWS = 8;

    /** In units of s or eps; without the largest element, the worst of 17,700 results needs 1.6. */
    private static final double MOVES = 2;

    private final double epsilon;
    private final double sums;
    private final Function<Perturbation, List<Map<String, double[]>>> reference;
    private @Nullable List<Map<String, Double>> moved;

    /**
     * An allowance.
     *
     * @param epsilon the epsilon of the device's numbers
     * @param terms the number of terms of the longest sum
     * @param reference gives the results of each round
     */
    Allowance(
            double epsilon,
            long terms,
            Function<Perturbation, List<Map<String, double[]>>> reference) {
        this.epsilon = epsilon;
        this.sums = Math.min(epsilon, FLOAT32) * Math.sqrt((double) terms);
        this.reference = reference;
    }

    /** The error that the largest element allows. */
    double byLargest(double[] values) {
        double largest =
                Arrays.stream(values).map(Math::abs).filter(Double::isFinite).max().orElse(0);
        return Math.max(epsilon, ROUNDINGS * sums) * largest + SMALLEST;
    }

    /** All that is allowed for a result of a round. */
    double of(int round, String name, double[] values) {
        if (moved == null) {
            moved = measure();
        }
        return byLargest(values) + moved.get(round).getOrDefault(name, 0.0);
    }

    private List<Map<String, Double>> measure() {
        List<Map<String, double[]>> exact = reference.apply(Perturbation.NONE);
        List<Map<String, Double>> most = new ArrayList<>();
        exact.forEach(round -> most.add(new HashMap<>()));
        for (int draw = 0; draw < DRAWS; draw++) {
            List<Map<String, double[]>> run = reference.apply(perturbation(draw));
            for (int i = 0; i < run.size(); i++) {
                Map<String, double[]> values = run.get(i);
                Map<String, Double> ofRound = most.get(i);
                exact.get(i)
                        .forEach(
                                (name, x) ->
                                        ofRound.merge(
                                                name, distance(x, values.get(name)), Math::max));
            }
        }
        return most;
    }

    private Perturbation perturbation(int draw) {
        return new Perturbation(MOVES * sums, MOVES * Math.max(epsilon, sums), draw);
    }

    private static double distance(double[] a, double @Nullable [] b) {
        double most = 0;
        for (int i = 0; b != null && i < a.length; i++) {
            double distance = Math.abs(a[i] - b[i]);
            most = Double.isFinite(distance) ? Math.max(most, distance) : most;
        }
        return most;
    }
}
