package io.retrograd.backend.cuda;

import io.retrograd.backend.Node;
import io.retrograd.backend.Preparation;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Readies one binding's operations: has each list its steps. */
final class CudaPlanner {
    private final CudaDevice device;
    private final boolean gradients;
    private final Map<Tensor, Tensor> aliases = new HashMap<>();
    private final Map<Tensor, Tensor> overwrites = new HashMap<>();

    CudaPlanner(CudaDevice device, boolean gradients) {
        this.device = device;
        this.gradients = gradients;
    }

    /** Whether backward passes are needed. */
    boolean gradients() {
        return gradients;
    }

    /** Lets a tensor share the memory of one that always holds the same values. */
    void alias(CudaTensor tensor, CudaTensor source) {
        aliases.put(tensor, source);
    }

    /** Lets a tensor take the memory of one that its operation can overwrite. */
    void overwrite(CudaTensor tensor, CudaTensor source) {
        overwrites.put(tensor, source);
    }

    /** Makes the plan. */
    Preparation prepare(List<Node> nodes) {
        device.enter();
        List<CudaOp> ops = nodes.stream().map(node -> (CudaOp) node.op()).toList();
        Runnable release = () -> ops.forEach(CudaOp::reset);
        try {
            ops.forEach(op -> op.prepare(this));
            device.choices().save();
        } catch (RuntimeException e) {
            release.run();
            throw e;
        }
        return new Preparation(List.copyOf(nodes), aliases, overwrites, decisions(nodes), release);
    }

    private static List<String> decisions(List<Node> nodes) {
        List<String> lines = new ArrayList<>();
        for (Node node : nodes) {
            CudaOp op = (CudaOp) node.op();
            describe(lines, node, "forward", op.forwardPass());
            describe(lines, node, "backward", op.backwardPass());
        }
        return lines;
    }

    private static void describe(List<String> lines, Node node, String what, CudaPass pass) {
        for (String step : pass.describe()) {
            lines.add(String.format("%s %s %s: %s", node.path(), node.name(), what, step));
        }
    }
}
