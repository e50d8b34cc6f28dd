package io.retrograd.onnx;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Operations of each element as nodes. */
final class ElementNodes {
    private static final Map<String, Double> HARD_SIGMOID = Map.of("alpha", 1.0 / 6, "beta", 0.5);

    /** GELU's approximation: √(2/π) and the cube's factor. */
    private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);

    private static final double GELU_CUBE = 0.044715;

    private final GraphBuilder graph;
    private final Values values;

    ElementNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    String activation(Elementwise.Activation o) {
        String x = values.of(o.x());
        Map<String, Double> alpha = Map.of("alpha", o.spec().alpha());
        return switch (o.spec().kind()) {
            case RELU -> graph.node("Relu", x);
            case LEAKY_RELU -> graph.node("LeakyRelu", alpha, x);
            case ELU -> graph.node("Elu", alpha, x);
            case SIGMOID -> graph.node("Sigmoid", x);
            case TANH -> graph.node("Tanh", x);
            case SOFTPLUS -> graph.node("Softplus", x);
            case SOFTSIGN -> graph.node("Softsign", x);
            case SILU -> graph.node("Mul", x, graph.node("Sigmoid", x));
            case GELU -> gelu(x, graph.node("Erf", times(Math.sqrt(0.5), x)));
            case MISH -> graph.node("Mul", x, graph.node("Tanh", graph.node("Softplus", x)));
            case HARDTANH -> clip(-1, 1, x);
            case HARDSWISH -> graph.node("Mul", x, graph.node("HardSigmoid", HARD_SIGMOID, x));
            case RELU6 -> clip(0, 6, x);
            case SELU ->
                    graph.node(
                            "Selu",
                            Map.of(
                                    "alpha",
                                    ActivationSpec.SELU_ALPHA,
                                    "gamma",
                                    ActivationSpec.SELU_SCALE),
                            x);
            case CELU -> graph.node("Celu", alpha, x);
            case HARDSIGMOID -> graph.node("HardSigmoid", HARD_SIGMOID, x);
            case LOGSIGMOID -> graph.node("Neg", graph.node("Softplus", graph.node("Neg", x)));
            case TANHSHRINK -> graph.node("Sub", x, graph.node("Tanh", x));
            case GELU_TANH -> gelu(x, graph.node("Tanh", times(GELU_SCALE, withCube(x))));
        };
    }

    /** {@code x/2·(1 + share)} */
    private String gelu(String x, String share) {
        return graph.node("Mul", times(0.5, x), graph.node("Add", share, graph.number(1)));
    }

    private String withCube(String x) {
        String cube = graph.node("Mul", x, graph.node("Mul", x, x));
        return graph.node("Add", x, times(GELU_CUBE, cube));
    }

    private String times(double factor, String x) {
        return graph.node("Mul", x, graph.number(factor));
    }

    private String clip(double least, double most, String x) {
        return graph.node("Clip", x, graph.number(least), graph.number(most));
    }

    String prelu(Elementwise.Prelu o) {
        String w = values.of(o.w());
        int rank = o.x().shape().rank();
        if (o.w().shape().size() > 1 && rank > 2) {
            List<Long> sizes = new ArrayList<>(Collections.nCopies(rank - 1, 1L));
            sizes.set(0, o.w().shape().size());
            w = graph.reshape(w, sizes);
        }
        return graph.node("PRelu", values.of(o.x()), w);
    }

    String dropout(Elementwise.Dropout o) {
        return graph.node(
                "Dropout", values.of(o.x()), graph.number(o.p()), graph.booleans(Shape.of(), true));
    }

    String binary(Elementwise.Binary o) {
        String operator =
                switch (o.kind()) {
                    case ADD -> "Add";
                    case SUB -> "Sub";
                    case MUL -> "Mul";
                };
        return graph.node(operator, values.of(o.a()), values.of(o.b()));
    }

    String glu(Elementwise.Glu o) {
        String x = values.of(o.x());
        int half = o.y().shape().dim(o.dim());
        String a = graph.slice(x, o.dim(), 0, half);
        String b = graph.slice(x, o.dim(), half, 2L * half);
        return graph.node("Mul", a, graph.node("Sigmoid", b));
    }
}
