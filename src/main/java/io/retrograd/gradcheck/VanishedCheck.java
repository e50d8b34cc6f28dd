package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;

/**
 * Finds gradients of which nothing is established, as no relative error below 1 would have failed:
 * those that are numerically zero, so that a backward pass that returns nothing would have passed,
 * and those that the device's rounding may move by as much as they are.
 *
 * <p>That of a tensor on which the output does not depend at all is right: other values in it leave
 * the output as it is, as those of a bias before batch norm do.
 *
 * @param power of the comparisons with the gradients that are checked
 * @param resolved the same with what the reference computes
 */
record VanishedCheck(
        Subject subject,
        Values values,
        Values others,
        Power power,
        Power resolved,
        Failures failures) {
    void run() {
        for (Tensor variable : subject.variables()) {
            if (!(power.of(variable) < 1) && variable.shape().size() > 0 && matters(variable)) {
                failures.undecided(variable.name(), variable.name() + ": " + why(variable));
            }
        }
    }

    private String why(Tensor variable) {
        double largest = Scales.largest(variable.requireGrad().toArray());
        return resolved.of(variable) < 1
                ? String.format(
                        "ill-conditioned beyond the precision: rounding may move the gradient, at"
                                + " most %.1e, by as much as it is",
                        largest)
                : String.format(
                        "gradient numerically zero, at most %.1e, where an error as large as"
                                + " itself would not show: saturated, or terms that cancel; check"
                                + " at another input or seed",
                        largest);
    }

    private boolean matters(Tensor variable) {
        double[] own = variable.toArray();
        double[] other =
                variable.equals(subject.x())
                        ? others.x()
                        : others.parameters().get(variable.name());
        if (other == null) {
            return true;
        }
        double[] y = subject.forward(values);
        variable.copyFrom(other);
        double[] moved = subject.forward(values);
        variable.copyFrom(own);
        subject.forward(values);
        double bound = subject.rounding() * Math.max(Scales.largest(y), Scales.largest(moved));
        for (int i = 0; i < y.length; i++) {
            if (!(Math.abs(y[i] - moved[i]) <= bound)) {
                return true;
            }
        }
        return false;
    }
}
