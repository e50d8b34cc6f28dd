package io.retrograd.onnx;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.operation.Poolings;
import io.retrograd.operation.SamplingAxis.Taps;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pooling as nodes.
 *
 * <p>Windows that reach over the right edge become padding, of which means count nothing: what
 * {@code ceil_mode} means differs among versions of the operators.
 */
final class PoolingNodes {
    private final GraphBuilder graph;
    private final Values values;

    PoolingNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    String max(Poolings.MaxPooling o) {
        String x = values.of(o.x());
        List<Integer> pads = pads(o.spec(), o.x().shape(), o.y().shape(), o.spec().padding());
        Map<String, Object> attributes = attributes(o.spec());
        attributes.put("dilations", o.spec().dilation());
        if (fits(o.spec(), pads)) {
            attributes.put("pads", pads);
            return graph.node("MaxPool", attributes, x);
        }
        return graph.node("MaxPool", attributes, padded(x, pads, Double.NEGATIVE_INFINITY));
    }

    String average(Poolings.AveragePooling o) {
        PoolingSpec spec = o.spec();
        String x = values.of(o.x());
        List<Integer> padding = spec.padding();
        boolean counts = o.countIncludePad() && padding.stream().anyMatch(p -> p > 0);
        if (counts) {
            x = padded(x, twice(padding), 0);
            padding = Collections.nCopies(spec.dims(), 0);
        }
        Shape in = o.x().shape();
        for (int i = 0; counts && i < spec.dims(); i++) {
            in = in.with(i + 2, in.dim(i + 2) + 2 * spec.padding().get(i));
        }
        Map<String, Object> attributes = attributes(spec);
        attributes.put("pads", pads(spec, in, o.y().shape(), padding));
        return graph.node("AveragePool", attributes, x);
    }

    private static Map<String, Object> attributes(PoolingSpec spec) {
        return new TreeMap<>(Map.of("kernel_shape", spec.kernel(), "strides", spec.stride()));
    }

    private static List<Integer> twice(List<Integer> padding) {
        List<Integer> both = new ArrayList<>(padding);
        both.addAll(padding);
        return both;
    }

    /** Padding with which as many windows fit x as y has elements. */
    private static List<Integer> pads(PoolingSpec spec, Shape x, Shape y, List<Integer> padding) {
        List<Integer> pads = new ArrayList<>(padding);
        for (int i = 0; i < spec.dims(); i++) {
            int extent = spec.dilation().get(i) * (spec.kernel().get(i) - 1) + 1;
            int end = (y.dim(i + 2) - 1) * spec.stride().get(i) + extent;
            pads.add(Math.max(0, end - x.dim(i + 2) - padding.get(i)));
        }
        return pads;
    }

    /** Whether the operator takes such padding, which must be less than the kernel. */
    private static boolean fits(PoolingSpec spec, List<Integer> pads) {
        for (int i = 0; i < pads.size(); i++) {
            if (pads.get(i) >= spec.kernel().get(i % spec.dims())) {
                return false;
            }
        }
        return true;
    }

    private String padded(String x, List<Integer> pads, double value) {
        int dims = pads.size() / 2;
        List<Long> all = new ArrayList<>(Collections.nCopies(2 * (dims + 2), 0L));
        for (int i = 0; i < dims; i++) {
            all.set(2 + i, (long) pads.get(i));
            all.set(dims + 4 + i, (long) pads.get(dims + i));
        }
        return graph.node(
                "Pad", Map.of("mode", "constant"), x, graph.ints(all), graph.number(value));
    }

    String adaptiveAverage(Poolings.AdaptiveAveragePooling o) {
        String x = values.of(o.x());
        if (o.y().shape().tail(2).size() == 1) {
            return graph.node("GlobalAveragePool", x);
        }
        if (divides(o.x(), o.y())) {
            return graph.node("AveragePool", even(o.x(), o.y()), x);
        }
        PoolingAxis[] axes = PoolingAxis.allAdaptive(o.x().shape(), o.y().shape());
        Sums sums = new Sums(graph);
        for (int d = 2; d < o.x().shape().rank(); d++) {
            PoolingAxis axis = axes[d + 3 - o.x().shape().rank()];
            x = sums.along(x, d, o.x().shape().rank(), axis.in(), axis.taps(false));
        }
        return x;
    }

    String adaptiveMax(Poolings.AdaptiveMaxPooling o) {
        String x = values.of(o.x());
        if (o.y().shape().tail(2).size() == 1) {
            return graph.node("GlobalMaxPool", x);
        }
        if (divides(o.x(), o.y())) {
            return graph.node("MaxPool", even(o.x(), o.y()), x);
        }
        PoolingAxis[] axes = PoolingAxis.allAdaptive(o.x().shape(), o.y().shape());
        for (int d = 2; d < o.x().shape().rank(); d++) {
            Taps taps = axes[d + 3 - o.x().shape().rank()].taps(false);
            x = graph.reduce("ReduceMax", List.of(d + 1), false, gathered(x, d, taps));
        }
        return x;
    }

    /** The windows of a dimension side by side; the last element of a shorter one repeats. */
    private String gathered(String x, int dim, Taps taps) {
        int longest = 0;
        for (int o = 0; o < taps.size(); o++) {
            longest = Math.max(longest, taps.count(o));
        }
        List<Long> indices = new ArrayList<>();
        for (int o = 0; o < taps.size(); o++) {
            for (int j = 0; j < longest; j++) {
                int tap = taps.start(o) + Math.min(j, taps.count(o) - 1);
                indices.add((long) taps.index(tap));
            }
        }
        String windows = graph.integers(List.of(taps.size(), longest), indices);
        return graph.node("Gather", Map.of("axis", dim), x, windows);
    }

    private static boolean divides(Tensor x, Tensor y) {
        for (int d = 2; d < x.shape().rank(); d++) {
            if (x.shape().dim(d) % y.shape().dim(d) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Windows that divide x. */
    private static Map<String, Object> even(Tensor x, Tensor y) {
        List<Integer> kernel = new ArrayList<>();
        for (int d = 2; d < x.shape().rank(); d++) {
            kernel.add(x.shape().dim(d) / y.shape().dim(d));
        }
        return Map.of("kernel_shape", kernel, "strides", kernel);
    }
}
