package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how much rounding shakes each result of both passes: of each tensor, the standard
 * deviation of its most shaken element.
 *
 * <p>All that both passes start from is moved by so little that every result is a straight line but
 * for its rounding; the fourth differences of results then have 70 = (8 over 4) times its variance.
 * What is added and cancels inside an operation counts: two terms of size s that leave almost
 * nothing leave noise of s.
 *
 * <p>Rounding of the first order grows with the distance of neighbouring numbers, so noise in
 * float64 says what to expect of a device with fewer digits.
 *
 * <p>Source: J. J. Moré, S. M. Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011.
 */
final class ResultNoise {
    private static final String OUTPUT = "";
    private static final int POINTS = 12;

    /** The step is epsilon to this power, 2⁻⁴⁰ in float64. */
    private static final double STEP = 40.0 / 52;

    /** Elements of one tensor that are looked at, evenly spaced. */
    private static final int SAMPLED = 4096;

    private final Map<String, Double> deviations = new HashMap<>();

    private ResultNoise() {}

    /** The noise of a subject, which has run at its values afterwards. */
    static ResultNoise measure(Subject subject, Values values) {
        return measure(subject, values, Math.ulp(1.0));
    }

    /**
     * The same.
     *
     * @param epsilon that of the subject's numbers
     */
    static ResultNoise measure(Subject subject, Values values, double epsilon) {
        double step = Math.pow(epsilon, STEP);
        Map<String, List<double[]>> results = new HashMap<>();
        for (int k = 0; k < POINTS; k++) {
            Values moved = values.scaled(k * step, subject.tokenIds() == null);
            subject.set(moved);
            add(results, OUTPUT, subject.forward(moved));
            subject.backward(moved);
            for (Tensor variable : subject.variables()) {
                add(results, variable.name(), variable.requireGrad().toArray());
            }
            for (Tensor state : subject.parameters().states()) {
                add(results, state.name(), state.toArray());
            }
        }
        subject.set(values);
        subject.forward(values);
        subject.backward(values);
        ResultNoise noise = new ResultNoise();
        results.forEach((name, points) -> noise.deviations.put(name, worst(points)));
        return noise;
    }

    /** That of the output. */
    double ofOutput() {
        return deviations.getOrDefault(OUTPUT, 0.0);
    }

    /** That of a variable's gradient or of a running statistic. */
    double of(Tensor tensor) {
        return deviations.getOrDefault(tensor.name(), 0.0);
    }

    private static void add(Map<String, List<double[]>> results, String name, double[] values) {
        int stride = 1 + values.length / SAMPLED;
        double[] kept = new double[(values.length + stride - 1) / stride];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = values[i * stride];
        }
        results.computeIfAbsent(name, key -> new ArrayList<>()).add(kept);
    }

    private static double worst(List<double[]> points) {
        double worst = 0;
        double[] line = new double[points.size()];
        for (int i = 0; i < points.get(0).length; i++) {
            for (int k = 0; k < line.length; k++) {
                line[k] = points.get(k)[i];
            }
            worst = Math.max(worst, RoundingNoise.deviation(line));
        }
        return worst;
    }
}
