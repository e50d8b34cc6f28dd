package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a backend with the reference, element by element: the output, every gradient, and the
 * running statistics after one step.
 *
 * <p>The tolerance is the rounding of sums as long as the operations', in the backend's own
 * precision, relative to the largest element of the tensor; for a gradient, of those that it is
 * computed from, where these are larger. What {@link RoundedRuns} allow comes on top.
 *
 * @param subject has run forward and backward, and so has {@code reference} at the same values
 */
record BackendCheck(Subject subject, Subject reference, RoundedRuns rounded, Failures failures) {
    void run() {
        compare(subject.y(), reference.y(), rounded.ofOutput());
        Scales scales = Scales.largest(reference);
        List<Tensor> variables = subject.variables();
        for (int i = 0; i < variables.size(); i++) {
            Tensor expected = reference.variables().get(i);
            compare(
                    variables.get(i).requireGrad(),
                    expected.requireGrad().toArray(),
                    scales.of(expected),
                    rounded.of(expected));
        }
        for (Tensor state : subject.parameters().states()) {
            compare(state, reference.parameters().get(state.name()), rounded.of(state));
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
                            !failures.isWrong(variable.requireGrad().name())));
        }
        return rows;
    }

    private void compare(Tensor actual, Tensor expected, double allowance) {
        double[] e = expected.toArray();
        compare(actual, e, Scales.largest(e), allowance);
    }

    private void compare(Tensor actual, double[] e, double scale, double allowance) {
        double[] a = actual.toArray();
        double tolerance = subject.sumRounding() * scale + allowance;
        for (int i = 0; i < e.length; i++) {
            if (!(Math.abs(a[i] - e[i]) <= tolerance)) {
                failures.wrong(
                        actual,
                        i,
                        String.format(
                                "expected %.12g as on the reference within %.0e, got %.12g",
                                e[i], tolerance, a[i]));
                return;
            }
        }
    }
}
