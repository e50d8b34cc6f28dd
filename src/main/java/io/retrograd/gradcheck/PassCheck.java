package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Checks what both passes promise beside right numbers: they write every element they own, change
 * nothing else, depend on nothing that ran before, and give the same bits each time.
 *
 * @param anyOrder whether sums may be added up in another order each time, so that only the same
 *     numbers up to rounding are expected
 */
record PassCheck(Subject subject, Values values, boolean anyOrder, Failures failures) {
    /**
     * Runs both passes several times; afterwards the subject has run at its values.
     *
     * @param others other values, to run at first: what stays from there shows
     */
    void run(Values others) {
        subject.set(others);
        subject.forward(others);
        subject.backward(others);
        fillWithNaN();
        subject.set(values);
        IdentityHashMap<Tensor, double[]> given = given();
        double[] y = subject.forward(values);
        unchanged(given, "forward()");
        int unwritten = indexOfNaN(y);
        if (unwritten >= 0) {
            failures.wrong(subject.y(), unwritten, "expected forward() to write a number, got NaN");
        }
        given.put(subject.y(), y);
        subject.backward(values);
        unchanged(given, "backward()");
        findUnwrittenGradient();
        IdentityHashMap<Tensor, double[]> gradients = gradients();
        subject.backward(values);
        compare(gradients, "when backward() runs again");
        double[] again = subject.forward(values);
        subject.backward(values);
        same(subject.y(), y, again, "when forward() runs again");
        compare(gradients, "when both passes run again");
        backwardWithoutWhatItDoesNotRead();
        compare(
                gradients,
                "with NaN in the tensors that an operation's backward claims not to read");
    }

    /** Such tensors may have lost their memory to others when backward runs. */
    private void backwardWithoutWhatItDoesNotRead() {
        List<Node> nodes = subject.binding().nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            IdentityHashMap<Tensor, double[]> hidden = new IdentityHashMap<>();
            node.tensors().stream()
                    .filter(tensor -> !node.op().backwardReads(tensor))
                    .forEach(tensor -> hidden.put(tensor, tensor.toArray()));
            hidden.keySet().forEach(PassCheck::fillWithNaN);
            node.op().backward();
            hidden.forEach(Tensor::copyFrom);
        }
    }

    /**
     * Checks that a binding of the same parameters that reuses memory computes the same bits; where
     * the backend decided otherwise for it, the same numbers up to rounding.
     */
    void compareWith(Subject reusing, Allowance allowed) {
        String when = "when memory is reused";
        List<double[]> expected = results(subject);
        List<double[]> actual = results(reusing);
        boolean alike = subject.binding().decisions().equals(reusing.binding().decisions());
        Scales scales = Scales.largest(subject);
        for (int i = 0; i < expected.size(); i++) {
            Tensor variable = i == 0 ? subject.y() : subject.variables().get(i - 1);
            Tensor tensor = i == 0 ? variable : variable.requireGrad();
            if (alike) {
                same(tensor, expected.get(i), actual.get(i), when);
            } else {
                double size = i == 0 ? Scales.largest(expected.get(i)) : scales.of(variable);
                double allowance = i == 0 ? allowed.ofOutput() : allowed.of(variable);
                double tolerance = 2 * (subject.sumRounding() * size + allowance);
                near(tensor, expected.get(i), actual.get(i), tolerance, when);
            }
        }
        results(subject);
    }

    /** The output and the gradients of all variables after running both passes. */
    private List<double[]> results(Subject bound) {
        bound.set(values);
        List<double[]> results = new ArrayList<>();
        results.add(bound.forward(values));
        bound.backward(values);
        bound.variables().forEach(variable -> results.add(variable.requireGrad().toArray()));
        return results;
    }

    private void fillWithNaN() {
        Set<Tensor> filled = subject.gradients();
        for (Node node : subject.binding().nodes()) {
            filled.addAll(node.writes());
            filled.addAll(node.op().saved());
        }
        filled.forEach(PassCheck::fillWithNaN);
    }

    private static void fillWithNaN(Tensor tensor) {
        if (tensor.dtype() != DType.INT32) {
            double[] nan = new double[Math.toIntExact(tensor.shape().size())];
            Arrays.fill(nan, Double.NaN);
            tensor.copyFrom(nan);
        }
    }

    /** The tensors that no pass may change: the input and the parameters. */
    private IdentityHashMap<Tensor, double[]> given() {
        IdentityHashMap<Tensor, double[]> given = new IdentityHashMap<>();
        given.put(subject.x(), subject.x().toArray());
        subject.variables().forEach(tensor -> given.put(tensor, tensor.toArray()));
        return given;
    }

    private IdentityHashMap<Tensor, double[]> gradients() {
        IdentityHashMap<Tensor, double[]> gradients = new IdentityHashMap<>();
        subject.gradients().forEach(tensor -> gradients.put(tensor, tensor.toArray()));
        return gradients;
    }

    private void unchanged(IdentityHashMap<Tensor, double[]> given, String pass) {
        given.forEach(
                (tensor, before) -> {
                    int i = Arrays.mismatch(before, tensor.toArray());
                    if (i >= 0) {
                        failures.wrong(
                                tensor,
                                i,
                                String.format(
                                        "expected %s to leave %s as it is, got %s",
                                        pass, before[i], tensor.toArray()[i]));
                    }
                });
    }

    /**
     * Names the operation nearest to the output whose gradient has a NaN: it spreads from there.
     */
    private void findUnwrittenGradient() {
        List<Node> nodes = subject.binding().nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            for (Tensor tensor : node.reads()) {
                int at = tensor.grad() == null ? -1 : indexOfNaN(tensor.requireGrad().toArray());
                if (at >= 0) {
                    failures.wrong(
                            tensor,
                            at,
                            String.format(
                                    "expected backward() of %s to write a gradient, got NaN",
                                    Culprit.name(node)));
                    return;
                }
            }
        }
    }

    private void compare(IdentityHashMap<Tensor, double[]> before, String when) {
        before.forEach((tensor, first) -> same(tensor, first, tensor.toArray(), when));
    }

    private void same(Tensor tensor, double[] first, double[] second, String when) {
        if (anyOrder && Arrays.mismatch(first, second) >= 0) {
            double size = Scales.largest(first);
            near(tensor, first, second, 2 * subject.sumRounding() * size, when);
            return;
        }
        int i = Arrays.mismatch(first, second);
        if (i >= 0) {
            failures.wrong(
                    tensor,
                    i,
                    String.format(
                            "expected the same bits %s, got %s, then %s",
                            when, first[i], second[i]));
        }
    }

    /** Each may be off by rounding from the right number. */
    private void near(
            Tensor tensor, double[] first, double[] second, double tolerance, String when) {
        for (int i = 0; i < first.length; i++) {
            if (!(Math.abs(first[i] - second[i]) <= tolerance)) {
                failures.wrong(
                        tensor,
                        i,
                        String.format(
                                "expected the same within %.0e %s, got %s, then %s",
                                tolerance, when, first[i], second[i]));
                return;
            }
        }
    }

    private static int indexOfNaN(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                return i;
            }
        }
        return -1;
    }
}
