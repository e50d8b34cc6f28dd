package io.retrograd.backend.onednn;

import io.retrograd.backend.Node;
import io.retrograd.tensor.Tensor;
import java.util.Map;

/**
 * Checks that a plan computes everything: each tensor that an operation writes is written by a step
 * of its own, or shares the memory of another.
 */
final class Completeness {
    private Completeness() {}

    /**
     * Looks at all passes.
     *
     * @param aliases tensors that share the memory of another
     * @param gradients whether there are backward passes
     * @throws IllegalStateException naming the first tensor that nothing writes
     */
    static void check(Iterable<Node> nodes, Map<Tensor, Tensor> aliases, boolean gradients) {
        for (Node node : nodes) {
            OneDnnOp op = (OneDnnOp) node.op();
            for (Tensor y : node.writes()) {
                check(node, "forward", op.forwardPass(), y, aliases);
            }
            if (!gradients || node.writes().stream().allMatch(y -> y.grad() == null)) {
                continue;
            }
            for (Tensor x : node.reads()) {
                Tensor dx = x.grad();
                if (dx != null) {
                    check(node, "backward", op.backwardPass(), dx, aliases);
                }
            }
        }
    }

    private static void check(
            Node node, String direction, Pass pass, Tensor tensor, Map<Tensor, Tensor> aliases) {
        if (!pass.isWritten(tensor) && !aliases.containsKey(tensor)) {
            throw new IllegalStateException(
                    String.format(
                            "%s: %s %s has no step that writes %s; this is a fault of the CPU"
                                    + " backend",
                            node.path(), node.name(), direction, tensor));
        }
    }
}
