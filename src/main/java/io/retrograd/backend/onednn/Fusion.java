package io.retrograd.backend.onednn;

import io.retrograd.backend.Node;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins operations: a ReLU, and the sum at the end of a residual, are computed by the operation
 * before them, where that can.
 */
final class Fusion {
    private Fusion() {}

    /**
     * The nodes that are left.
     *
     * @param kept tensors that have to be written, because they are read from outside
     */
    static List<Node> of(List<Node> nodes, Set<Tensor> kept) {
        Map<Tensor, Integer> readers = new HashMap<>();
        for (Node node : nodes) {
            node.reads().forEach(tensor -> readers.merge(tensor, 1, Integer::sum));
        }
        List<Node> left = new ArrayList<>();
        for (Node node : nodes) {
            Node before = left.isEmpty() ? null : left.get(left.size() - 1);
            if (before != null && joins(before, node, readers, kept)) {
                left.set(left.size() - 1, before.joined(node));
            } else {
                left.add(node);
            }
        }
        return left;
    }

    private static boolean joins(
            Node before, Node node, Map<Tensor, Integer> readers, Set<Tensor> kept) {
        Tensor between = before.writes().get(0);
        if (readers.getOrDefault(between, 0) != 1
                || kept.contains(between)
                || !node.reads().contains(between)) {
            return false;
        }
        OneDnnOp op = (OneDnnOp) before.op();
        OneDnnTensor output = OneDnnOp.own(node.writes().get(0));
        if (node.op() instanceof OneDnnActivation activation) {
            return activation.relu() && op.takeRelu(output);
        }
        return node.op() instanceof OneDnnAdd
                && node.reads().size() == 2
                && op.takeAdd(OneDnnOp.own(others(node, between).get(0)), output);
    }

    private static List<Tensor> others(Node node, Tensor between) {
        return node.reads().stream().filter(tensor -> !tensor.equals(between)).toList();
    }
}
