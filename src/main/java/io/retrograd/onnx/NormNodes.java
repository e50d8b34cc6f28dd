package io.retrograd.onnx;

import io.retrograd.operation.LocalResponseNormSpec;
import io.retrograd.operation.Normalizations;
import io.retrograd.operation.Normalizations.BatchNorm;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Normalizations as nodes. */
final class NormNodes {
    /** The opset in which layer norm became an operator. */
    private static final int FIRST_LAYER_NORM = 17;

    /** Of an operator that takes pictures alone. */
    private static final int PICTURES = 4;

    private final GraphBuilder graph;
    private final Values values;

    NormNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    String batchNormInference(BatchNorm o) {
        return graph.node("BatchNormalization", attributes(o), inputs(o));
    }

    /** The running statistics that follow are outputs of the node that nothing reads. */
    String batchNormTraining(BatchNorm o) {
        Map<String, Object> attributes = new TreeMap<>(attributes(o));
        attributes.put("training_mode", 1);
        return graph.nodes("BatchNormalization", 3, attributes, inputs(o)).get(0);
    }

    private static Map<String, Object> attributes(BatchNorm o) {
        return Map.of("epsilon", o.spec().eps(), "momentum", 1 - o.spec().momentum());
    }

    private String[] inputs(BatchNorm o) {
        return List.of(o.x(), o.w(), o.b(), o.mean(), o.var()).stream()
                .map(values::of)
                .toArray(String[]::new);
    }

    String layerNorm(Normalizations.LayerNorm o) {
        String x = values.of(o.x());
        int first = o.x().shape().rank() - o.w().shape().rank();
        if (graph.opset() >= FIRST_LAYER_NORM) {
            return graph.node(
                    "LayerNormalization",
                    Map.of("axis", first, "epsilon", o.eps()),
                    x,
                    values.of(o.w()),
                    values.of(o.b()));
        }
        List<Integer> dims = from(first, o.x().shape().rank());
        String centred = graph.node("Sub", x, graph.reduce("ReduceMean", dims, true, x));
        String scaled = graph.node("Mul", overRms(centred, dims, o.eps()), values.of(o.w()));
        return graph.node("Add", scaled, values.of(o.b()));
    }

    String rmsNorm(Normalizations.RmsNorm o) {
        int rank = o.x().shape().rank();
        List<Integer> dims = from(rank - o.w().shape().rank(), rank);
        return graph.node("Mul", overRms(values.of(o.x()), dims, o.eps()), values.of(o.w()));
    }

    private String overRms(String x, List<Integer> dims, double eps) {
        String squares = graph.reduce("ReduceMean", dims, true, graph.node("Mul", x, x));
        String rms = graph.node("Sqrt", graph.node("Add", squares, graph.number(eps)));
        return graph.node("Div", x, rms);
    }

    private static List<Integer> from(int first, int end) {
        List<Integer> dims = new ArrayList<>();
        for (int d = first; d < end; d++) {
            dims.add(d);
        }
        return dims;
    }

    /** Each group is a channel of instance norm, whose scale is 1. */
    String groupNorm(Normalizations.GroupNorm o) {
        Map<String, Double> eps = Map.of("epsilon", o.eps());
        Shape shape = o.x().shape();
        if (o.groups() == shape.dim(1) && shape.rank() > 2) {
            return graph.node(
                    "InstanceNormalization",
                    eps,
                    values.of(o.x()),
                    values.of(o.w()),
                    values.of(o.b()));
        }
        long batch = values.sizes(o.x()).get(0);
        long each = shape.size() / shape.dim(0) / o.groups();
        String x = graph.reshape(values.of(o.x()), List.of(batch, (long) o.groups(), each));
        double[] ones = new double[o.groups()];
        Arrays.fill(ones, 1);
        String normalized =
                graph.node(
                        "InstanceNormalization",
                        eps,
                        x,
                        graph.floats(Shape.of(o.groups()), ones),
                        graph.floats(Shape.of(o.groups()), new double[o.groups()]));
        String whole = graph.reshape(normalized, values.sizes(o.y()));
        String scaled = graph.node("Mul", whole, perChannel(o.w(), shape.rank()));
        return graph.node("Add", scaled, perChannel(o.b(), shape.rank()));
    }

    private String perChannel(Tensor w, int rank) {
        List<Long> sizes = new ArrayList<>(Collections.nCopies(rank - 1, 1L));
        sizes.set(0, w.shape().size());
        return graph.reshape(values.of(w), sizes);
    }

    String localResponseNorm(Normalizations.LocalResponseNorm o) {
        LocalResponseNormSpec spec = o.spec();
        String x = values.of(o.x());
        if (o.x().shape().rank() == PICTURES && spec.size() % 2 == 1) {
            return graph.node(
                    "LRN",
                    Map.of(
                            "size",
                            spec.size(),
                            "alpha",
                            spec.alpha(),
                            "beta",
                            spec.beta(),
                            "bias",
                            spec.k()),
                    x);
        }
        int channels = o.x().shape().dim(1);
        long batch = values.sizes(o.x()).get(0);
        long inner = o.x().shape().tail(2).size();
        String squares =
                graph.reshape(graph.node("Mul", x, x), List.of(batch, (long) channels, inner));
        String window = graph.floats(Shape.of(channels, channels), window(spec, channels));
        String sums = graph.reshape(graph.node("MatMul", window, squares), values.sizes(o.x()));
        String s = graph.node("Add", sums, graph.number(spec.k()));
        return graph.node("Div", x, graph.node("Pow", s, graph.number(spec.beta())));
    }

    /** What each channel's sum, a row, takes of each channel. */
    private static double[] window(LocalResponseNormSpec spec, int channels) {
        double[] window = new double[channels * channels];
        for (int c = 0; c < channels; c++) {
            int last = Math.min(channels - 1, c + (spec.size() - 1) / 2);
            for (int j = Math.max(0, c - spec.size() / 2); j <= last; j++) {
                window[c * channels + j] = spec.alpha() / spec.size();
            }
        }
        return window;
    }

    String softmax(Normalizations.Softmax o) {
        return graph.node(o.name(), Map.of("axis", o.dim()), values.of(o.x()));
    }
}
