package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The product H·v of a loss's Hessian with respect to all parameters and a vector, by central
 * differences of gradients,
 *
 * <pre>
 *   H·v = (g(w + h·v) − g(w − h·v)) / 2h + O(h²)
 * </pre>
 *
 * extrapolated to h = 0 over a table of falling h (C. J. F. Ridders, Accurate computation of F'(x)
 * and F'(x)F''(x), Advances in Engineering Software 4, 1982), of which the entry is taken whose
 * estimated error is least.
 *
 * @param values by the names of the parameters, row-major. Not to be modified.
 * @param error an estimate of the Euclidean norm of the error of all values together. It is large
 *     where a kink, as a ReLU's, lies within the step, and grows with the rounding of gradients:
 *     about 1e-10 of the values in float64, 1e-3 in float32
 */
public record HessianProduct(Map<String, double[]> values, double error) {
    private static final int ROWS = 12;
    private static final double FIRST_SHARE = 0.1;

    /**
     * Computes it where the parameters are, and puts them back, bit by bit.
     *
     * @param v values by the names of parameters; 0 for those that are not named
     * @param gradient runs the model and returns the gradients
     */
    static HessianProduct of(
            Parameters parameters, Map<String, double[]> v, Supplier<Gradients> gradient) {
        v.forEach((name, values) -> check(parameters.get(name), values));
        double length = Gradients.norm(v);
        Checks.finite("HessianProduct", "norm of v", length);
        Map<Tensor, double[]> start = new LinkedHashMap<>();
        v.keySet().forEach(name -> start.put(parameters.get(name), parameters.get(name).toArray()));
        Snapshot before = new Snapshot(parameters);
        try {
            return length == 0
                    ? zero(parameters)
                    : new Table(parameters, v, start, gradient).extrapolate(length);
        } finally {
            before.restore();
        }
    }

    private static void check(Tensor tensor, double[] values) {
        if (tensor.grad() == null || values.length != tensor.shape().size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "HessianProduct: expected %d values of the parameter %s, got %d%s",
                            tensor.shape().size(),
                            tensor.name(),
                            values.length,
                            tensor.grad() == null ? " of a running statistic" : ""));
        }
        tensor.checkFinite(values);
    }

    private static HessianProduct zero(Parameters parameters) {
        Map<String, double[]> zeros = new LinkedHashMap<>();
        for (Tensor w : parameters.tensors()) {
            zeros.put(w.name(), new double[Math.toIntExact(w.shape().size())]);
        }
        return new HessianProduct(zeros, 0);
    }

    /** Of the differences for falling h, and of what they tend to. */
    private record Table(
            Parameters parameters,
            Map<String, double[]> v,
            Map<Tensor, double[]> start,
            Supplier<Gradients> gradient) {

        HessianProduct extrapolate(double length) {
            Map<String, double[]> weights = new LinkedHashMap<>();
            start.forEach((w, values) -> weights.put(w.name(), values));
            double h = FIRST_SHARE * Math.max(1, Gradients.norm(weights)) / length;
            List<Map<String, double[]>> above = List.of();
            HessianProduct best = null;
            for (int row = 0; row < ROWS; row++, h /= 2) {
                List<Map<String, double[]>> now = new ArrayList<>();
                now.add(difference(h));
                double factor = 1;
                for (int i = 0; i < above.size(); i++) {
                    factor *= 4;
                    now.add(towardsZero(now.get(i), above.get(i), factor));
                    double error =
                            Math.max(
                                    distance(now.get(i + 1), now.get(i)),
                                    distance(now.get(i + 1), above.get(i)));
                    best = better(best, now.get(i + 1), error);
                }
                above = now;
            }
            if (best == null) {
                throw new IllegalStateException(
                        "HessianProduct: expected finite gradients near the parameters, got none");
            }
            return best;
        }

        private static @Nullable HessianProduct better(
                @Nullable HessianProduct best, Map<String, double[]> values, double error) {
            boolean better = Double.isFinite(error) && (best == null || error < best.error());
            return better ? new HessianProduct(values, error) : best;
        }

        private Map<String, double[]> difference(double h) {
            Gradients up = at(h);
            Gradients down = at(-h);
            Map<String, double[]> result = new LinkedHashMap<>();
            for (String name : up.parameters()) {
                result.put(name, combined(up.parameter(name), 0.5 / h, down.parameter(name)));
            }
            return result;
        }

        private Gradients at(double h) {
            start.forEach(
                    (w, from) -> {
                        double[] direction = Objects.requireNonNull(v.get(w.name()));
                        double[] moved = from.clone();
                        for (int i = 0; i < moved.length; i++) {
                            moved[i] += h * direction[i];
                        }
                        w.copyFrom(moved);
                    });
            return gradient.get();
        }

        /** Without the error that falls with 1 / factor from one row to the next. */
        private static Map<String, double[]> towardsZero(
                Map<String, double[]> fine, Map<String, double[]> coarse, double factor) {
            Map<String, double[]> result = new LinkedHashMap<>();
            fine.forEach(
                    (name, x) -> {
                        double[] other = Objects.requireNonNull(coarse.get(name));
                        double[] sum = new double[x.length];
                        for (int i = 0; i < sum.length; i++) {
                            sum[i] = x[i] + (x[i] - other[i]) / (factor - 1);
                        }
                        result.put(name, sum);
                    });
            return result;
        }

        private static double distance(Map<String, double[]> a, Map<String, double[]> b) {
            Map<String, double[]> differences = new LinkedHashMap<>();
            a.forEach(
                    (name, x) ->
                            differences.put(
                                    name, combined(x, 1, Objects.requireNonNull(b.get(name)))));
            return Gradients.norm(differences);
        }

        /** {@code factor·(a − b)}. */
        private static double[] combined(double[] a, double factor, double[] b) {
            double[] result = new double[a.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = factor * (a[i] - b[i]);
            }
            return result;
        }
    }
}
