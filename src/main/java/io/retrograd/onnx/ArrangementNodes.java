package io.retrograd.onnx;

import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Arrangements as nodes. */
final class ArrangementNodes {
    private final GraphBuilder graph;
    private final Values values;

    ArrangementNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    String reshape(Arrangements.Reshape o) {
        return graph.reshape(values.of(o.x()), values.sizes(o.y()));
    }

    String permute(Arrangements.Permute o) {
        return graph.transpose(values.of(o.x()), o.dims());
    }

    String scale(Arrangements.Scale o) {
        return graph.node("Mul", values.of(o.x()), graph.number(o.factor()));
    }

    String reduce(Arrangements.Reduce o) {
        String operator = o.mean() ? "ReduceMean" : "ReduceSum";
        return graph.reduce(operator, o.dims(), /* keep= */ true, values.of(o.x()));
    }

    String concat(Arrangements.Concat o) {
        if (o.xs().size() == 1) {
            return values.of(o.xs().get(0));
        }
        return graph.node("Concat", Map.of("axis", o.dim()), names(o.xs()));
    }

    String add(Arrangements.Add o) {
        String[] xs = names(o.xs());
        return xs.length == 1 ? xs[0] : graph.node(xs.length == 2 ? "Add" : "Sum", xs);
    }

    private String[] names(List<Tensor> tensors) {
        return tensors.stream().map(values::of).toArray(String[]::new);
    }
}
