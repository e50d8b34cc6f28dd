package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Compares a backend with the reference, element by element: the output, every gradient, and the
 * running statistics after one step.
 *
 * <p>The tolerance is the rounding of sums as long as the operations', in the backend's own
 * precision, relative to the largest element of the tensor; for a gradient, of those that it is
 * computed from, where these are larger. The {@link Allowance} comes on top.
 *
 * @param subject has run forward and backward, and so has {@code reference} at the same values
 * @param turned what the backend's rounding may turn, though its tolerance does not count it: a
 *     difference within that is undecided
 */
record BackendCheck(
        Subject subject,
        Subject reference,
        Allowance allowance,
        Supplier<RoundedRuns> turned,
        Failures failures,
        Power power) {
    void run() {
        Scales scales = Scales.largest(reference);
        List<Tensor> variables = subject.variables();
        List<double[]> expected =
                reference.variables().stream().map(v -> v.requireGrad().toArray()).toList();
        compare(subject.y(), reference.y().toArray(), allowance.ofOutput(), RoundedRuns::ofOutput);
        for (Tensor state : subject.parameters().states()) {
            compare(
                    state,
                    reference.parameters().get(state.name()).toArray(),
                    allowance.of(state),
                    runs -> runs.of(state));
        }
        for (int i = 0; i < variables.size(); i++) {
            Tensor variable = variables.get(i);
            double tolerance =
                    subject.sumRounding() * scales.of(reference.variables().get(i))
                            + allowance.of(variable);
            double[] gradient = variable.requireGrad().toArray();
            for (int j = 0; j < gradient.length; j++) {
                power.compared(variable, gradient[j], expected.get(i)[j], tolerance);
            }
            within(variable.requireGrad(), expected.get(i), tolerance, runs -> runs.of(variable));
        }
    }

    /** After it: the largest difference of each gradient, relative to what its tolerance is. */
    List<GradientReport.Row> rows() {
        List<GradientReport.Row> rows = new ArrayList<>();
        Scales scales = Scales.largest(reference);
        for (int i = 0; i < subject.variables().size(); i++) {
            Tensor variable = subject.variables().get(i);
            double[] a = variable.requireGrad().toArray();
            double[] e = reference.variables().get(i).requireGrad().toArray();
            int worst = 0;
            for (int j = 1; j < e.length; j++) {
                worst = Math.abs(a[j] - e[j]) > Math.abs(a[worst] - e[worst]) ? j : worst;
            }
            double scale = scales.of(reference.variables().get(i));
            rows.add(
                    new GradientReport.Row(
                            variable.name(),
                            variable.shape(),
                            e.length,
                            /* skipped= */ 0,
                            Math.abs(a[worst] - e[worst]) / (scale == 0 ? 1 : scale),
                            /* estimatedError= */ 0,
                            variable.shape().index(worst),
                            a[worst],
                            e[worst],
                            e[worst],
                            !failures.isWrong(variable.requireGrad().name()),
                            power.of(variable)));
        }
        return rows;
    }

    private void compare(
            Tensor actual, double[] e, double more, ToDoubleFunction<RoundedRuns> explained) {
        boolean saturates = subject.binding().nodes().stream().anyMatch(Scales::isSaturating);
        double scale = Math.max(saturates ? 1 : 0, Scales.largest(e));
        within(actual, e, subject.sumRounding() * scale + more, explained);
    }

    private void within(
            Tensor actual, double[] e, double tolerance, ToDoubleFunction<RoundedRuns> explained) {
        double[] a = actual.toArray();
        int worst = 0;
        for (int i = 1; i < e.length; i++) {
            worst = off(a[i], e[i]) > off(a[worst], e[worst]) ? i : worst;
        }
        double off = off(a[worst], e[worst]);
        if (off <= tolerance) {
            return;
        }
        String message =
                String.format(
                        "expected %.12g as on the reference within %.0e, got %.12g",
                        e[worst], tolerance, a[worst]);
        double moved = explained.applyAsDouble(turned.get());
        if (off <= tolerance + moved) {
            failures.undecided(
                    actual.name(),
                    String.format(
                            "%s%s: %s; rounding what each operation reads moves it by up to %.0e:"
                                    + " ill-conditioned beyond the precision",
                            actual.name(), actual.shape().index(worst), message, moved));
        } else {
            failures.wrong(actual, worst, message);
        }
    }

    private static double off(double a, double e) {
        double off = Math.abs(a - e);
        return Double.isNaN(off) ? Double.POSITIVE_INFINITY : off;
    }
}
