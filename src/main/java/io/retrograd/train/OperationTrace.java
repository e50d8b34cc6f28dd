package io.retrograd.train;

import io.retrograd.backend.Node;
import io.retrograd.bind.Binding;
import io.retrograd.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of the values that one operation reads and writes in both passes of a step. */
final class OperationTrace implements Binding.Watcher {
    private final Node node;
    private final Collection<Tensor> states;
    private final long step;

    private final Map<Tensor, double[]> forwardReads = new LinkedHashMap<>();
    private final Map<Tensor, double[]> forwardWrites = new LinkedHashMap<>();
    private final Map<Tensor, double[]> backwardReads = new LinkedHashMap<>();
    private final Map<Tensor, double[]> backwardWrites = new LinkedHashMap<>();

    /**
     * A trace that is empty.
     *
     * @param states tensors that forward may change beside its outputs
     */
    OperationTrace(Node node, Collection<Tensor> states, long step) {
        this.node = node;
        this.states = states;
        this.step = step;
    }

    Node node() {
        return node;
    }

    long step() {
        return step;
    }

    /** Inputs and parameters. */
    Map<Tensor, double[]> forwardReads() {
        return forwardReads;
    }

    /** Outputs and running statistics. */
    Map<Tensor, double[]> forwardWrites() {
        return forwardWrites;
    }

    /** The outputs' gradients. */
    Map<Tensor, double[]> backwardReads() {
        return backwardReads;
    }

    /** The gradients of inputs and parameters. */
    Map<Tensor, double[]> backwardWrites() {
        return backwardWrites;
    }

    @Override
    public void before(Node now, boolean backward) {
        if (now.equals(node)) {
            if (backward) {
                copy(gradients(node.writes()), backwardReads);
            } else {
                copy(node.reads().stream(), forwardReads);
            }
        }
    }

    @Override
    public void after(Node now, boolean backward) {
        if (now.equals(node)) {
            if (backward) {
                copy(gradients(node.reads()), backwardWrites);
            } else {
                copy(node.writes().stream(), forwardWrites);
                copy(node.reads().stream().filter(states::contains), forwardWrites);
            }
        }
    }

    private static Stream<Tensor> gradients(List<Tensor> tensors) {
        return tensors.stream().filter(t -> t.grad() != null).map(Tensor::requireGrad);
    }

    private static void copy(Stream<Tensor> tensors, Map<Tensor, double[]> into) {
        tensors.forEach(tensor -> into.put(tensor, tensor.toArray()));
    }
}
