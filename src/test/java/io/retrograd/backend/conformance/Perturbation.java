package io.retrograd.backend.conformance;

import io.retrograd.backend.Node;
import io.retrograd.operation.Op;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Moves the numbers of a run at random, in proportion to each, as roundings do: what it starts from
 * as the roundings inside a sum do, and what each operation gives, or keeps for its backward, as
 * where it is kept.
 *
 * @param sums how far an input, a parameter, its gradient or the output's may move, in units of its
 *     leading bit
 * @param results how far what an operation gives may move, forward and backward
 * @param draw which random numbers
 */
record Perturbation(double sums, double results, int draw) {
    static final Perturbation NONE = new Perturbation(0, 0, 0);

    /**
     * Runs both passes, or forward alone where nothing has a gradient.
     *
     * @param dy the gradient of the output
     * @param moveX whether the input is numbers, and no indices
     */
    void run(Side side, double[] dy, boolean moveX) {
        Set<Tensor> own = Set.copyOf(side.parameters().named().values());
        if (moveX) {
            move(side.x(), "x", sums);
        }
        own.forEach(parameter -> move(parameter, parameter.name(), sums));
        forward(side.binding().nodes(), own);
        if (side.y().grad() != null) {
            side.y().requireGrad().copyFrom(dy);
            move(side.y().requireGrad(), "dy", sums);
            backward(side.binding().nodes(), own);
        }
    }

    /** Leaves indices as they are. */
    private void move(Tensor tensor, String stream, double far) {
        if (far == 0 || tensor.dtype() == DType.INT32) {
            return;
        }
        double[] values = tensor.toArray();
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                double most = Math.scalb(far, Math.getExponent(values[i]));
                values[i] += most * (2 * Philox.uniform(draw, stream.hashCode(), i) - 1);
            }
        }
        tensor.copyFrom(values);
    }

    private void forward(List<Node> nodes, Set<Tensor> own) {
        for (int i = 0; i < nodes.size(); i++) {
            Op op = nodes.get(i).op();
            op.forward();
            for (Tensor tensor : Operation.join(nodes.get(i).writes(), op.saved())) {
                String stream = "forward " + i + tensor.name();
                move(tensor, stream, own.contains(tensor) ? sums : results);
            }
        }
    }

    private void backward(List<Node> nodes, Set<Tensor> own) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.writes().stream().noneMatch(y -> y.grad() != null)) {
                continue;
            }
            node.op().backward();
            Set<Tensor> read =
                    node.reads().stream().filter(x -> x.grad() != null).collect(Collectors.toSet());
            for (Tensor tensor : read) {
                String stream = "backward " + i + tensor.name();
                move(tensor.requireGrad(), stream, own.contains(tensor) ? sums : results);
            }
        }
    }
}
