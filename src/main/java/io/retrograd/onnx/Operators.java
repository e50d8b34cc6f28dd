package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators that can be imported. */
final class Operators {
    private static final Map<String, Operator> ALL = new HashMap<>();

    static {
        ALL.putAll(WeightedOperators.ALL);
        ALL.putAll(PoolingOperators.ALL);
        ALL.putAll(NormOperators.ALL);
        ALL.putAll(ActivationOperators.ALL);
        ALL.putAll(ArithmeticOperators.ALL);
        ALL.putAll(ShapeOperators.ALL);
        ALL.putAll(PartOperators.ALL);
        ALL.putAll(RecurrentOperators.ALL);
        ALL.putAll(KnownOperators.ALL);
    }

    private Operators() {}

    /** A node's; null if it cannot be imported. */
    static @Nullable Operator find(NodeProto node) {
        boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
        return standard ? ALL.get(node.getOpType()) : null;
    }
}
