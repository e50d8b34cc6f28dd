package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.bind.Twin;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Computes on the float64 reference what an operation computed, and compares.
 *
 * <p>How far rounding can move a result is measured: each number that the operation reads is moved
 * by a relative 2⁻³⁰, up or down by its bits so that equal numbers stay equal, and the largest move
 * of a result, divided by 2⁻³⁰, is how much of a relative rounding error reaches it; at least the
 * largest number that the pass reads or writes, since an operation may add and subtract these. That
 * is times the error that sums over the largest tensor of the operation have with probability close
 * to 1 (as in the gradient checker), and that of storing results where these are shorter than sums.
 */
final class AuditComparison implements Callable<AuditResult> {
    private static final double MOVE = 0x1p-30;
    private static final int MOVES = 2;

    /** λ of the probabilistic bound: it fails with probability 2·exp(−λ²/2) an operation. */
    private static final double CONFIDENCE = 8;

    private final OperationTrace trace;
    private final long seed;
    private final double sums;
    private final double stored;

    /**
     * A comparison.
     *
     * @param device the device that computed; only its precision is used
     * @param seed the model's
     */
    AuditComparison(OperationTrace trace, Backend device, long seed) {
        this.trace = trace;
        this.seed = seed;
        sums = device.parameterDType().epsilon();
        stored = device.roundsResults() ? device.epsilon() : 0;
    }

    @Override
    public AuditResult call() {
        long start = System.nanoTime();
        try (Backend reference = Backends.open("reference", "float64", 1);
                Twin twin = new Twin(trace.node(), reference, seed)) {
            twin.setStep(trace.step());
            List<double[]> expected = compute(twin, /* move= */ 0);
            List<List<double[]>> moved = new ArrayList<>();
            for (int move = 1; move <= MOVES; move++) {
                moved.add(compute(twin, move));
            }
            double rounding = rounding(twin);
            List<AuditResult> results = new ArrayList<>();
            for (int i = 0; i < expected.size(); i++) {
                boolean backward = i >= trace.forwardWrites().size();
                double reach =
                        Math.max(
                                largest(expected.get(i)),
                                backward
                                        ? largest(trace.backwardReads())
                                        : largest(trace.forwardReads()));
                for (List<double[]> other : moved) {
                    reach = Math.max(reach, largest(other.get(i), expected.get(i)) / MOVE);
                }
                results.add(compare(i, expected.get(i), rounding * reach, start));
            }
            return Collections.max(results, Comparator.comparingDouble(AuditResult::excess));
        }
    }

    /** Relative rounding error of sums over the operation's largest tensor, and of storing them. */
    private double rounding(Twin twin) {
        double terms =
                twin.tensors().stream().mapToLong(tensor -> tensor.shape().size()).max().orElse(1);
        return CONFIDENCE * (sums * Math.sqrt(terms) + stored);
    }

    /** The results of both passes, from the inputs read, moved if {@code move} is. */
    private List<double[]> compute(Twin twin, int move) {
        set(twin, trace.forwardReads(), move);
        twin.forward();
        List<double[]> results = new ArrayList<>();
        trace.forwardWrites().keySet().forEach(y -> results.add(twin.of(y).toArray()));
        if (!trace.backwardReads().isEmpty()) {
            twin.arriveAt(trace.forwardWrites());
            set(twin, trace.backwardReads(), move);
            twin.backward();
            trace.backwardWrites().keySet().forEach(dx -> results.add(twin.of(dx).toArray()));
        }
        return results;
    }

    private static void set(Twin twin, Map<Tensor, double[]> values, int move) {
        values.forEach(
                (tensor, v) -> {
                    boolean fixed = move == 0 || tensor.dtype() == DType.INT32;
                    twin.of(tensor).setAll(fixed ? i -> v[i] : i -> moved(v[i], move));
                });
    }

    /** Equal numbers move alike, so that the first of several maxima stays the first. */
    private static double moved(double value, int move) {
        boolean up = Philox.bits(Double.doubleToLongBits(value), 0, move) < 0;
        return value * (up ? 1 + MOVE : 1 - MOVE);
    }

    /** Where a result differs most. */
    private AuditResult compare(int number, double[] expected, double tolerance, long start) {
        List<Map.Entry<Tensor, double[]>> written = new ArrayList<>();
        written.addAll(trace.forwardWrites().entrySet());
        written.addAll(trace.backwardWrites().entrySet());
        Tensor tensor = written.get(number).getKey();
        double[] got = written.get(number).getValue();
        int worst = 0;
        double excess = 0;
        for (int i = 0; i < got.length; i++) {
            double here = AuditResult.excess(expected[i], got[i], tolerance);
            if (here > excess) {
                worst = i;
                excess = here;
            }
        }
        return new AuditResult(
                trace.step(),
                (trace.node().path() + " " + trace.node().name()).strip(),
                written.stream().mapToLong(values -> values.getValue().length).sum(),
                tensor.name(),
                tensor.shape(),
                worst,
                expected[worst],
                got[worst],
                tolerance,
                (System.nanoTime() - start) * 1e-9);
    }

    private static double largest(Map<Tensor, double[]> tensors) {
        return tensors.values().stream().mapToDouble(AuditComparison::largest).max().orElse(0);
    }

    private static double largest(double[] values) {
        return largest(values, new double[values.length]);
    }

    private static double largest(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = Math.abs(a[i] - b[i]);
            if (difference > largest && difference < Double.POSITIVE_INFINITY) {
                largest = difference;
            }
        }
        return largest;
    }
}
