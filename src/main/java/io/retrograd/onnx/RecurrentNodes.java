package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations.Recurrent;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recurrent layers as nodes.
 *
 * <pre>
 *   X (T, N, I)    W (D, G·H, I)    R (D, G·H, H)    B (D, 2·G·H)    Y (T, D, N, H)
 * </pre>
 *
 * The blocks of H rows are in ONNX's order: i, o, f, g for LSTM; z, r, n for GRU.
 */
final class RecurrentNodes {
    private final GraphBuilder graph;
    private final Values values;

    RecurrentNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    void write(Recurrent o) {
        RecurrentSpec spec = o.spec();
        Tensor lengths = o.lengths();
        List<String> inputs = new ArrayList<>();
        inputs.add(graph.transpose(values.of(o.x()), List.of(1, 0, 2)));
        inputs.add(weight(o, "W", 0));
        inputs.add(weight(o, "R", 1));
        inputs.add(bias(o));
        inputs.add(
                lengths == null ? "" : graph.cast(values.of(lengths), TensorProto.DataType.INT32));
        o.states().forEach(state -> inputs.add(values.of(state)));
        List<String> made =
                graph.nodes(
                        operator(spec.cell()),
                        1 + spec.cell().states(),
                        attributes(spec),
                        inputs.toArray(String[]::new));
        String batchFirst = graph.transpose(made.get(0), List.of(2, 0, 1, 3));
        values.set(o.y(), graph.reshape(batchFirst, values.sizes(o.y())));
        for (int i = 0; i < o.finalStates().size(); i++) {
            values.set(o.finalStates().get(i), made.get(1 + i));
        }
    }

    private static String operator(RecurrentSpec.Cell cell) {
        return switch (cell) {
            case RNN_TANH, RNN_RELU -> "RNN";
            case LSTM -> "LSTM";
            case GRU -> "GRU";
        };
    }

    private static Map<String, Object> attributes(RecurrentSpec spec) {
        Map<String, Object> attributes = new TreeMap<>();
        attributes.put("hidden_size", spec.hidden());
        attributes.put("direction", spec.bidirectional() ? "bidirectional" : "forward");
        if (spec.cell() == RecurrentSpec.Cell.GRU) {
            attributes.put("linear_before_reset", 1);
        }
        if (spec.cell() == RecurrentSpec.Cell.RNN_RELU) {
            attributes.put("activations", Collections.nCopies(spec.directions(), "Relu"));
        }
        return attributes;
    }

    /** Each direction's weight behind that of the one before. */
    private String weight(Recurrent o, String letter, int number) {
        Tensor first = o.weights(0).get(number);
        String name = name(o, letter);
        return values.derived(
                name,
                () -> {
                    List<double[]> parts = new ArrayList<>();
                    for (int d = 0; d < o.spec().directions(); d++) {
                        parts.add(blocks(o, o.weights(d).get(number)));
                    }
                    Shape shape = first.shape().prepend(o.spec().directions());
                    return values.weight(name, shape, joined(parts));
                });
    }

    private String bias(Recurrent o) {
        String name = name(o, "B");
        return values.derived(
                name,
                () -> {
                    List<double[]> parts = new ArrayList<>();
                    for (int d = 0; d < o.spec().directions(); d++) {
                        parts.add(blocks(o, o.weights(d).get(2)));
                        parts.add(blocks(o, o.weights(d).get(3)));
                    }
                    Shape shape = Shape.of(o.spec().directions(), 2 * o.spec().rows());
                    return values.weight(name, shape, joined(parts));
                });
    }

    /** As in {@code 1.W_l0}, for what PyTorch calls {@code 1.weight_ih_l0}. */
    private String name(Recurrent o, String letter) {
        String first = values.source(o.weights(0).get(0)).name();
        return first.replace("weight_ih", letter);
    }

    /** The weight with its blocks in ONNX's order. */
    private double[] blocks(Recurrent o, Tensor weight) {
        double[] w = values.array(weight);
        int[] order =
                switch (o.spec().cell()) {
                    case RNN_TANH, RNN_RELU -> new int[] {0};
                    case LSTM -> new int[] {0, 3, 1, 2};
                    case GRU -> new int[] {1, 0, 2};
                };
        int block = w.length / order.length;
        double[] ordered = new double[w.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(w, order[i] * block, ordered, i * block, block);
        }
        return ordered;
    }

    private static double[] joined(List<double[]> parts) {
        return parts.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    }
}
