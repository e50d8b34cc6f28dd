package io.retrograd.attribution;

import io.retrograd.tensor.Checks;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradient's mean between a baseline and the sample, times their difference: shares of {@code
 * z(x) − z(x₀)}, which they sum to.
 *
 * <pre>
 *   (x − x₀) ∫₀¹ dz/dx(x₀ + t·(x − x₀)) dt
 * </pre>
 *
 * The integral follows the trapezoidal rule, whose intervals are halved until its error is small or
 * the gradients are used up. With h for an interval's width, the error of the sum is at most {@code
 * h/2} times the variation of the slope {@code φ′(t) = (x − x₀)·dz/dx}, in one interval after the
 * other; its estimate in {@link Explanation#completeness} is h times the variation that the
 * computed slopes have, and the device's rounding.
 *
 * <p>Source: M. Sundararajan, A. Taly, Q. Yan, Axiomatic attribution for deep networks, ICML 2017.
 *
 * @param baseline x₀, row-major; null for black
 * @param tolerance the error that is aimed at, as a share of {@code |z(x) − z(x₀)|}
 * @param most gradients that are computed, at least 9
 */
public record IntegratedGradients(@Nullable List<Double> baseline, double tolerance, int most)
        implements Method {
    public IntegratedGradients {
        baseline = baseline == null ? null : List.copyOf(baseline);
        Checks.atLeast("IntegratedGradients", "gradients", 9, most);
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException(
                    "IntegratedGradients: expected a tolerance above 0, got " + tolerance);
        }
    }

    /** From black, to one part in 50, with at most 129 gradients. */
    public IntegratedGradients() {
        this(null, 0.02, 129);
    }

    /** The same from another baseline. */
    public IntegratedGradients baseline(double... x0) {
        return new IntegratedGradients(Arrays.stream(x0).boxed().toList(), tolerance, most);
    }

    /** The same with another error that is aimed at. */
    public IntegratedGradients tolerance(double share) {
        return new IntegratedGradients(baseline, share, most);
    }

    /** The same with at most so many gradients. */
    public IntegratedGradients most(int gradients) {
        return new IntegratedGradients(baseline, tolerance, gradients);
    }

    @Override
    public String name() {
        return "integrated-gradients";
    }

    @Override
    public boolean takesAll() {
        return true;
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        double[] from = from(on, x.length);
        double[] difference = Numbers.difference(x, from);
        double start = on.outputs(from, target)[0];
        double end = on.outputs(x, target)[0];
        PathIntegral integral = new PathIntegral(on, from, difference, target);
        integral.refine(tolerance * Math.abs(end - start), most);
        double[] values = Numbers.product(difference, integral.mean());
        double size = Math.abs(start) + Math.abs(end) + Numbers.sum(Numbers.magnitudes(values));
        double error = integral.error() + on.rounding() * size;
        return new Explanation(name(), target, on.sampleShape(), values, Explanation.Pixel.SUM)
                .with(new Completeness(end - start, Numbers.sum(values), error));
    }

    private double[] from(Attribution on, int length) {
        if (baseline == null) {
            return on.range().lows(on.sampleShape());
        }
        if (baseline.size() != length) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a baseline of shape %s, got %d values",
                            name(), on.sampleShape(), baseline.size()));
        }
        return baseline.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
