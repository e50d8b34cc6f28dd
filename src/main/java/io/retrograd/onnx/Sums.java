package io.retrograd.onnx;

import io.retrograd.operation.SamplingAxis.Taps;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Weighted sums of few elements along a dimension, as products with a matrix. */
final class Sums {
    private final GraphBuilder graph;

    Sums(GraphBuilder graph) {
        this.graph = graph;
    }

    /**
     * The sums.
     *
     * @param in the size of x in this dimension
     * @param taps what each output adds up
     */
    String along(String x, int dim, int rank, int in, Taps taps) {
        double[] matrix = new double[Math.multiplyExact(in, taps.size())];
        for (int o = 0; o < taps.size(); o++) {
            for (int t = taps.start(o); t < taps.start(o) + taps.count(o); t++) {
                matrix[taps.index(t) * taps.size() + o] += taps.weight(t);
            }
        }
        String weights = graph.floats(Shape.of(in, taps.size()), matrix);
        if (dim == rank - 1) {
            return graph.node("MatMul", x, weights);
        }
        List<Integer> swapped = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            swapped.add(d == dim ? rank - 1 : d == rank - 1 ? dim : d);
        }
        String product = graph.node("MatMul", graph.transpose(x, swapped), weights);
        return graph.transpose(product, swapped);
    }
}
