package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
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
record BackendCheck(
        Subject subject, Subject reference, RoundedRuns rounded, List<String> failures) {
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

    private void compare(Tensor actual, Tensor expected, double allowance) {
        double[] e = expected.toArray();
        compare(actual, e, Scales.largest(e), allowance);
    }

    private void compare(Tensor actual, double[] e, double scale, double allowance) {
        double[] a = actual.toArray();
        double tolerance = subject.sumRounding() * scale + allowance;
        for (int i = 0; i < e.length; i++) {
            if (!(Math.abs(a[i] - e[i]) <= tolerance)) {
                failures.add(
                        String.format(
                                "%s%s: expected %.12g as on the reference within %.0e, got %.12g",
                                actual.name(), actual.shape().index(i), e[i], tolerance, a[i]));
                return;
            }
        }
    }
}
