package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.bind.Binding;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Rounding;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes of numbers when every tensor is rounded as on a device of less precision.
 *
 * <p>Rounding turns a ReLU or a maximum whose inputs lie within it of the kink, and a gradient
 * gains or loses a whole term by that, however small the rounding is. So the reference runs several
 * times with the input, the parameters and every result of an operation rounded: to the nearest
 * number first, then at random to either neighbour.
 */
final class RoundedRuns {
    /** For a device that rounds nothing but sums. */
    static final RoundedRuns NONE = new RoundedRuns();

    /** Ways to round: in one of them a number may move by much less than in another. */
    private static final int DRAWS = 8;

    /**
     * The factor by which numbers may move further on a device. Worst on the CPU in bfloat16: 1.3.
     */
    private static final double MOVES = 3;

    private static final String OUTPUT = "";

    /** By tensor, the differences from the number without rounding in each run. */
    private final Map<String, List<double[]>> differences = new HashMap<>();

    private RoundedRuns() {}

    /** The runs of the reference for a device that rounds to this. */
    static RoundedRuns of(Subject reference, Values values, double epsilon) {
        RoundedRuns runs = new RoundedRuns();
        Map<String, double[]> exact = run(reference, values, new Rounding(0, 0));
        for (int draw = 0; draw < DRAWS; draw++) {
            Rounding rounding = new Rounding(epsilon, draw);
            Map<String, double[]> moved = run(reference, values, rounding);
            exact.forEach((name, number) -> moved.merge(name, number, RoundedRuns::minus));
            moved.forEach(runs::add);
        }
        return runs;
    }

    /** The error that an element of the output may have. */
    double ofOutput() {
        return largest(OUTPUT);
    }

    /** The error that an element of a variable's gradient or of a running statistic may have. */
    double of(Tensor tensor) {
        return largest(tensor.name());
    }

    /**
     * The error that the derivative along a direction of a variable may have: as the runs', or as
     * an element, for what errors of elements that are independent of each other add up to.
     */
    double of(Tensor variable, Probe probe) {
        double most = 0;
        for (double[] difference : differences.getOrDefault(variable.name(), List.of())) {
            most = Math.max(most, Math.abs(probe.dot(difference)));
        }
        return Math.max(MOVES * most, of(variable));
    }

    private double largest(String name) {
        double most = 0;
        for (double[] difference : differences.getOrDefault(name, List.of())) {
            most = Math.max(most, Scales.largest(difference));
        }
        return MOVES * most;
    }

    private void add(String name, double[] difference) {
        differences.computeIfAbsent(name, key -> new ArrayList<>()).add(difference);
    }

    private static double[] minus(double[] a, double[] b) {
        double[] difference = a.clone();
        for (int i = 0; i < a.length; i++) {
            difference[i] -= b[i];
        }
        return difference;
    }

    /** The results of both passes, by tensor. */
    private static Map<String, double[]> run(Subject subject, Values values, Rounding rounding) {
        Set<Tensor> parameters = Set.copyOf(subject.parameters().tensors());
        subject.set(values);
        subject.setStates(values);
        subject.y().requireGrad().copyFrom(values.dy());
        round(subject.y().requireGrad(), rounding);
        if (subject.tokenIds() == null) {
            round(subject.x(), rounding);
        }
        parameters.forEach(tensor -> round(tensor, rounding));
        subject.binding()
                .run(
                        new Binding.Watcher() {
                            @Override
                            public void before(Node node, boolean backward) {}

                            @Override
                            public void after(Node node, boolean backward) {
                                if (!backward) {
                                    node.writes().forEach(tensor -> round(tensor, rounding));
                                    return;
                                }
                                node.reads().stream()
                                        .filter(
                                                tensor ->
                                                        tensor.grad() != null
                                                                && !parameters.contains(tensor))
                                        .forEach(tensor -> round(tensor.requireGrad(), rounding));
                            }
                        });
        Map<String, double[]> results = new HashMap<>();
        subject.variables()
                .forEach(tensor -> results.put(tensor.name(), tensor.requireGrad().toArray()));
        subject.parameters()
                .states()
                .forEach(tensor -> results.put(tensor.name(), tensor.toArray()));
        results.put(OUTPUT, subject.y().toArray());
        return results;
    }

    private static void round(Tensor tensor, Rounding rounding) {
        if (tensor.dtype() == DType.INT32) {
            return;
        }
        double[] values = tensor.toArray();
        int name = tensor.name().hashCode();
        Arrays.setAll(values, i -> rounded(values[i], rounding, name));
        tensor.copyFrom(values);
    }

    /** Equal values alike, so that ties stay ties. */
    private static double rounded(double value, Rounding rounding, long stream) {
        boolean lost =
                rounding.epsilon() > 0
                        && rounding.draw() % 2 == 1
                        && Math.abs(value) < Float.MIN_NORMAL;
        return lost ? 0 : rounding.round(value, stream, Double.doubleToLongBits(value));
    }
}
