package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Finds the operation whose backward is wrong in a network whose gradients are.
 *
 * <p>Walks from the output to the input. What an operation reads is moved after all before it have
 * run, and the rest of the network runs from there: the first tensor whose gradient disagrees has
 * been given it by the culprit, as all gradients behind it are right.
 */
record Culprit(Subject subject, Values values, Derivatives derivatives, long seed) {
    /** An operation's name in messages: kind and layer. */
    static String name(Node node) {
        return node.path().isEmpty() ? node.name() : node.name() + " in layer " + node.path();
    }

    /** Adds the operation, the tensor, and both numbers along a random direction. */
    void find(Failures failures) {
        subject.forward(values);
        subject.backward(values);
        List<Node> nodes = subject.binding().nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            for (Tensor tensor : nodes.get(i).reads()) {
                if (tensor.grad() != null) {
                    Optional<String> wrong = compare(i, tensor);
                    if (wrong.isPresent()) {
                        failures.wrong(name(nodes.get(i)), wrong.get());
                        return;
                    }
                }
            }
        }
    }

    private Optional<String> compare(int first, Tensor tensor) {
        double[] base = tensor.toArray();
        Probe probe = Probe.direction(base, seed);
        double[] gradient = tensor.requireGrad().toArray();
        double analytic = probe.dot(gradient);
        double scale = Math.max(Math.abs(analytic), Scales.rootMeanSquare(gradient));
        NumericDerivative numeric =
                derivatives.along(
                        step -> forwardFrom(first, tensor, base, probe.moved(base, step)), scale);
        forwardFrom(first, tensor, base, base);
        if (!numeric.smooth() || derivatives.agree(analytic, numeric, scale, /* allowance= */ 0)) {
            return Optional.empty();
        }
        return Optional.of(
                String.format(
                        "the wrong operation nearest to the output is %s: along a random direction"
                                + " of %s expected the derivative %.12g, got %.12g",
                        name(subject.binding().nodes().get(first)),
                        tensor.name(),
                        numeric.value(),
                        analytic));
    }

    /**
     * Runs the operations from {@code first} on, with other values in a tensor that it reads. They
     * are put back once it has read them, as branches of a fork share their memory; but a fork
     * itself only passes that memory on.
     */
    private double[] forwardFrom(int first, Tensor tensor, double[] base, double[] moved) {
        List<Node> nodes = subject.binding().nodes();
        boolean fork = nodes.get(first).writes().size() > 1;
        tensor.copyFrom(moved);
        nodes.get(first).op().forward();
        if (!fork) {
            tensor.copyFrom(base);
        }
        for (int i = first + 1; i < nodes.size(); i++) {
            nodes.get(i).op().forward();
        }
        double[] y = subject.y().toArray();
        tensor.copyFrom(base);
        return y;
    }
}
