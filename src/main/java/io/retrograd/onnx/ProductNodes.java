package io.retrograd.onnx;

import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.Products;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Products as nodes. */
final class ProductNodes {
    private final GraphBuilder graph;
    private final Values values;
    private final FoldedNorms folded;

    ProductNodes(GraphBuilder graph, Values values, FoldedNorms folded) {
        this.graph = graph;
        this.values = values;
        this.folded = folded;
    }

    String convolution(Products.Convolution o) {
        return graph.node(
                "Conv",
                attributes(o.spec(), o),
                values.of(o.x()),
                folded.weight(o),
                folded.bias(o));
    }

    String transposedConvolution(Products.TransposedConvolution o) {
        Map<String, Object> attributes = attributes(o.spec().convolution(), o);
        attributes.put("output_padding", o.spec().outputPadding());
        return graph.node(
                "ConvTranspose", attributes, values.of(o.x()), folded.weight(o), folded.bias(o));
    }

    private static Map<String, Object> attributes(ConvolutionSpec spec, Products o) {
        List<Integer> pads = new ArrayList<>(spec.padding());
        pads.addAll(spec.padding());
        return new TreeMap<>(
                Map.of(
                        "kernel_shape",
                        o.w().shape().tail(2).dims(),
                        "strides",
                        spec.stride(),
                        "pads",
                        pads,
                        "dilations",
                        spec.dilation(),
                        "group",
                        spec.groups()));
    }

    String linear(Products.Linear o) {
        String x = values.of(o.x());
        String w = folded.weight(o);
        String b = folded.bias(o);
        if (o.x().shape().rank() == 2) {
            return graph.node("Gemm", Map.of("transB", 1), x, w, b);
        }
        String product = graph.node("MatMul", x, graph.transpose(w, List.of(1, 0)));
        return b.isEmpty() ? product : graph.node("Add", product, b);
    }

    String matMul(Products.MatMul o) {
        String w = values.of(o.w());
        if (o.transposed()) {
            List<Integer> perm = new ArrayList<>();
            int rank = o.w().shape().rank();
            for (int d = 0; d < rank - 2; d++) {
                perm.add(d);
            }
            perm.add(rank - 1);
            perm.add(rank - 2);
            w = graph.transpose(w, perm);
        }
        return graph.node("MatMul", values.of(o.x()), w);
    }
}
