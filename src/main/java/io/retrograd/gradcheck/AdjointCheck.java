package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Checks linear maps without any step: for y = J v + const and every u,
 *
 * <pre>
 *   ⟨J v, u⟩ = ⟨v, Jᵀ u⟩
 * </pre>
 *
 * with J v the difference of forward at v and at 0, u the gradient of y, and Jᵀ u what backward
 * makes of it, to the rounding of the backend's own precision.
 *
 * <p>A subject whose operations are all linear in each tensor that they read is checked, in the
 * input and in each parameter by itself.
 */
record AdjointCheck(Subject subject, Values values, Allowance allowance, Power power) {
    /** Whether the subject is a linear map; its parameters must then be read once each. */
    boolean applies() {
        List<Node> nodes = subject.binding().nodes();
        return !nodes.isEmpty()
                && nodes.stream().allMatch(node -> linear(node.operation()))
                && nodes.stream().noneMatch(this::forksParameter);
    }

    /** Compares both products for each variable; the subject has run at its values. */
    void run(Failures failures) {
        for (Tensor variable : subject.variables()) {
            double[] v = variable.toArray();
            double[] gradient = variable.requireGrad().toArray();
            double[] y = subject.forward(values);
            variable.copyFrom(new double[v.length]);
            double[] constant = subject.forward(values);
            variable.copyFrom(v);
            Product forward = new Product();
            for (int i = 0; i < y.length; i++) {
                forward.add(y[i], values.dy()[i]);
                forward.add(-constant[i], values.dy()[i]);
            }
            Product backward = new Product();
            for (int i = 0; i < v.length; i++) {
                backward.add(v[i], gradient[i]);
            }
            double bound =
                    subject.rounding() * (forward.size + backward.size)
                            + 2 * allowance.sumsOfOutput() * sumOfSizes(values.dy())
                            + allowance.sumsOf(variable) * sumOfSizes(v);
            power.compared(variable, backward.sum, forward.sum, bound);
            if (!(Math.abs(forward.sum - backward.sum) <= bound)) {
                failures.wrong(
                        variable.name(),
                        String.format(
                                "%s: expected <J v, u> = <v, J' u>, got %.17g and %.17g, further"
                                        + " apart than rounding, %.0e",
                                variable.name(), forward.sum, backward.sum, bound));
            }
        }
    }

    /**
     * Whether it is linear in each input of the network and each parameter while all else is fixed.
     */
    private boolean linear(Operation operation) {
        List<Tensor> variable =
                operation.reads().stream().filter(tensor -> tensor.grad() != null).toList();
        long computed =
                variable.stream()
                        .filter(tensor -> !subject.parameters().tensors().contains(tensor))
                        .count();
        return variable.stream().allMatch(operation.linearIn()::contains)
                && (computed < 2 || operation.linearTogether());
    }

    private boolean forksParameter(Node node) {
        return node.operation() instanceof Arrangements.Fork fork
                && subject.parameters().tensors().contains(fork.x());
    }

    private static double sumOfSizes(double[] values) {
        return DoubleStream.of(values).map(Math::abs).sum();
    }

    /** A sum of products, and that of their sizes. */
    private static final class Product {
        private double sum;
        private double size;

        void add(double a, double b) {
            sum += a * b;
            size += Math.abs(a * b);
        }
    }
}
