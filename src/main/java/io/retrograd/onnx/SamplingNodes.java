package io.retrograd.onnx;

import io.retrograd.operation.InterpolationSpec;
import io.retrograd.operation.PadSpec;
import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.SamplingAxis.Taps;
import io.retrograd.operation.Samplings;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Parts, padding and interpolation as nodes. */
final class SamplingNodes {
    private final GraphBuilder graph;
    private final Values values;

    SamplingNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    String sampling(Samplings o) {
        if (o instanceof Samplings.Narrow narrow) {
            return graph.slice(
                    values.of(o.x()),
                    narrow.dim(),
                    narrow.start(),
                    narrow.start() + narrow.length());
        }
        if (o instanceof Samplings.Pad pad) {
            return pad(pad);
        }
        return interpolate((Samplings.Interpolate) o);
    }

    /** What is taken away is cut off last, so that mirrored elements are those of all of x. */
    private String pad(Samplings.Pad o) {
        PadSpec spec = o.spec();
        int rank = o.x().shape().rank();
        List<Long> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0L));
        for (int i = 0; i < spec.amounts().size() / 2; i++) {
            int d = rank - 1 - i;
            pads.set(d, (long) Math.max(0, spec.amounts().get(2 * i)));
            pads.set(rank + d, (long) Math.max(0, spec.amounts().get(2 * i + 1)));
        }
        String y = values.of(o.x());
        if (pads.stream().anyMatch(pad -> pad > 0)) {
            y =
                    graph.node(
                            "Pad",
                            Map.of("mode", mode(spec.mode())),
                            y,
                            graph.ints(pads),
                            spec.mode() == PadSpec.Mode.CONSTANT ? graph.number(spec.value()) : "");
        }
        for (int i = 0; i < spec.amounts().size() / 2; i++) {
            int d = rank - 1 - i;
            int start = Math.max(0, -spec.amounts().get(2 * i));
            if (start > 0 || spec.amounts().get(2 * i + 1) < 0) {
                y = graph.slice(y, d, start, start + o.y().shape().dim(d));
            }
        }
        return y;
    }

    private static String mode(PadSpec.Mode mode) {
        return switch (mode) {
            case CONSTANT -> "constant";
            case REFLECT -> "reflect";
            case REPLICATE -> "edge";
        };
    }

    private String interpolate(Samplings.Interpolate o) {
        return o.spec().mode() == InterpolationSpec.Mode.NEAREST ? nearest(o) : linear(o);
    }

    /** By the operator where its rounding cannot matter, else by indices. */
    private String nearest(Samplings.Interpolate o) {
        Shape x = o.x().shape();
        Shape y = o.y().shape();
        boolean whole = true;
        for (int d = 2; d < x.rank(); d++) {
            whole &= y.dim(d) % x.dim(d) == 0;
        }
        if (whole) {
            return resize(
                    o,
                    Map.of(
                            "mode",
                            "nearest",
                            "nearest_mode",
                            "floor",
                            "coordinate_transformation_mode",
                            "asymmetric"));
        }
        String value = values.of(o.x());
        for (int d = 2; d < x.rank(); d++) {
            SamplingAxis axis = o.axes().get(d);
            if (!axis.isIdentity()) {
                Taps taps = axis.taps();
                List<Long> indices = new ArrayList<>();
                for (int i = 0; i < taps.size(); i++) {
                    indices.add((long) taps.index(taps.start(i)));
                }
                value = graph.node("Gather", Map.of("axis", d), value, graph.ints(indices));
            }
        }
        return value;
    }

    private String linear(Samplings.Interpolate o) {
        String where = o.spec().alignCorners() ? "align_corners" : "half_pixel";
        return resize(o, Map.of("mode", "linear", "coordinate_transformation_mode", where));
    }

    private String resize(Samplings.Interpolate o, Map<String, String> attributes) {
        Shape x = o.x().shape();
        Shape y = o.y().shape();
        double[] scales = new double[x.rank()];
        for (int d = 0; d < x.rank(); d++) {
            scales[d] = scale(x.dim(d), y.dim(d));
        }
        return graph.node(
                "Resize",
                attributes,
                values.of(o.x()),
                "",
                graph.floats(Shape.of(x.rank()), scales));
    }

    /** The float32 by which {@code in} becomes {@code out}, rounded down. */
    private static float scale(int in, int out) {
        float scale = (float) out / in;
        return Math.floor((double) scale * in) < out ? Math.nextUp(scale) : scale;
    }
}
