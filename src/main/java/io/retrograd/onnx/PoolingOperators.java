package io.retrograd.onnx;

import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AdaptiveAvgPool3d;
import io.retrograd.layer.AdaptiveMaxPool1d;
import io.retrograd.layer.AdaptiveMaxPool2d;
import io.retrograd.layer.AdaptiveMaxPool3d;
import io.retrograd.layer.AveragePooling;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.Factor;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.MaxPooling;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Mul;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Pooling;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Sum;
import io.retrograd.onnx.Curve.Kind;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Operators that make one number of many. */
final class PoolingOperators {
    static final Map<String, Operator> ALL =
            Map.ofEntries(
                    Map.entry("MaxPool", Operator.one(PoolingOperators::largest)),
                    Map.entry("AveragePool", Operator.one(PoolingOperators::average)),
                    Map.entry("GlobalAveragePool", Operator.one(call -> global(call, false))),
                    Map.entry("GlobalMaxPool", Operator.one(call -> global(call, true))),
                    Map.entry("ReduceMean", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceSum", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceMax", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceMin", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceL1", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceL2", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceSumSquare", Operator.one(PoolingOperators::reduced)),
                    Map.entry("ReduceLogSum", Operator.one(PoolingOperators::reduced)));

    /** Smaller than any number that a float has room for, but finite. */
    private static final double LEAST = -Float.MAX_VALUE;

    private PoolingOperators() {}

    private static Window window(Call call, Flow x) {
        List<Long> kernel = call.integers("kernel_shape");
        if (kernel == null) {
            throw new IllegalArgumentException("expected kernel_shape, got none");
        }
        return Window.of(call, x, kernel.stream().map(Math::toIntExact).toList());
    }

    private static Flow largest(Call call) {
        Flow x = call.flow(0);
        if (call.wanted(1)) {
            throw new UnsupportedException("output Indices");
        }
        Window window = window(call, x);
        int[] kernel = Window.array(window.kernel());
        MaxPooling<?> layer =
                switch (kernel.length) {
                    case 1 -> new MaxPool1d(kernel);
                    case 2 -> new MaxPool2d(kernel);
                    default -> new MaxPool3d(kernel);
                };
        return pooled(call, x, window, layer.dilation(Window.array(window.dilation())), LEAST);
    }

    /** What a pooling makes, of as many windows as ONNX has. */
    private static Flow pooled(Call call, Flow x, Window window, Pooling<?> plain, double fill) {
        Pooling<?> layer =
                plain.stride(Window.array(window.stride())).ceilMode(call.flag("ceil_mode"));
        if (inLayer(window)) {
            return call.layer(layer.padding(Window.array(window.begin())), x);
        }
        Flow y = call.layer(layer, window.padded(call, x, fill));
        for (int i = 0; i < window.kernel().size(); i++) {
            int last = (y.size(i + 2) - 1) * window.stride().get(i);
            if (call.flag("ceil_mode") && last >= x.size(i + 2) + window.begin().get(i)) {
                y = call.layer(new Narrow(i + 2, 0, y.size(i + 2) - 1), y);
            }
        }
        return y;
    }

    /** Whether the layer itself can pad so. */
    private static boolean inLayer(Window window) {
        return window.symmetric()
                && IntStream.range(0, window.kernel().size())
                        .allMatch(i -> window.begin().get(i) <= window.kernel().get(i) / 2);
    }

    private static Flow average(Call call) {
        Flow x = call.flow(0);
        Window window = window(call, x);
        if (window.dilation().stream().anyMatch(step -> step != 1)) {
            throw new UnsupportedException("dilations " + window.dilation());
        }
        boolean count = call.flag("count_include_pad");
        int[] kernel = Window.array(window.kernel());
        AveragePooling<?> layer =
                switch (kernel.length) {
                    case 1 -> new AvgPool1d(kernel);
                    case 2 -> new AvgPool2d(kernel);
                    default -> new AvgPool3d(kernel);
                };
        Flow y = pooled(call, x, window, layer.countIncludePad(count), 0);
        return count || inLayer(window) ? y : corrected(call, x, window, y);
    }

    /** Means over windows with zeros in them, made means over the input's elements only. */
    private static Flow corrected(Call call, Flow x, Window window, Flow y) {
        Shape one = y.at(1).with(1, 1);
        double[][] factors = new double[window.kernel().size()][];
        for (int i = 0; i < factors.length; i++) {
            int in = x.size(i + 2);
            int before = window.begin().get(i);
            int all = in + before + window.end().get(i);
            factors[i] = new double[y.size(i + 2)];
            for (int o = 0; o < factors[i].length; o++) {
                int first = o * window.stride().get(i);
                int stop = first + window.kernel().get(i);
                int inside = Math.min(stop, before + in) - Math.max(first, before);
                factors[i][o] = (Math.min(stop, all) - first) / (double) Math.max(1, inside);
            }
        }
        Parameter weight =
                new Parameter(
                        "weight",
                        index -> {
                            double product = 1;
                            int left = index;
                            for (int i = factors.length - 1; i >= 0; i--) {
                                product *= factors[i][left % factors[i].length];
                                left /= factors[i].length;
                            }
                            return product;
                        },
                        /* source= */ null,
                        /* key= */ null);
        return call.layer(new Factor(one.with(0, 1), /* trained= */ false), y, weight);
    }

    private static Flow global(Call call, boolean largest) {
        Flow x = call.flow(0);
        Layer layer =
                switch (x.rank()) {
                    case 3 -> largest ? new AdaptiveMaxPool1d(1) : new AdaptiveAvgPool1d(1);
                    case 4 -> largest ? new AdaptiveMaxPool2d(1, 1) : new AdaptiveAvgPool2d(1, 1);
                    case 5 ->
                            largest
                                    ? new AdaptiveMaxPool3d(1, 1, 1)
                                    : new AdaptiveAvgPool3d(1, 1, 1);
                    default -> throw new UnsupportedException("input " + x.dims());
                };
        return call.layer(layer, x);
    }

    private static Value reduced(Call call) {
        if (call.constant(0)) {
            throw new UnsupportedException("a constant");
        }
        Flow x = call.flow(0);
        List<Long> given = call.attributeOrInput("axes", 1);
        if (given == null || given.isEmpty()) {
            if (call.flag("noop_with_empty_axes")) {
                return x;
            }
            throw new UnsupportedException("axes of the batch");
        }
        TreeSet<Integer> axes = new TreeSet<>();
        given.forEach(axis -> axes.add(x.axis(axis)));
        if (axes.contains(x.batchAxis())) {
            throw new UnsupportedException("axes of the batch");
        }
        boolean keep = call.integer("keepdims", 1) != 0;
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (!axes.contains(i)) {
                dims.add(x.dims().get(i));
            } else if (keep) {
                dims.add(Dim.of(1));
            }
        }
        List<Integer> over = List.copyOf(axes);
        Flow y =
                switch (call.operator()) {
                    case "ReduceMean" -> call.layer(new Mean(over), x);
                    case "ReduceSum", "ReduceLogSum" -> call.layer(new Sum(over), x);
                    case "ReduceL1" ->
                            call.layer(new Sum(over), call.layer(Curve.layer(Kind.ABS), x));
                    case "ReduceL2", "ReduceSumSquare" ->
                            call.layer(new Sum(over), call.join(new Mul(), x, x));
                    case "ReduceMin" ->
                            call.layer(
                                    new Scale(-1),
                                    maximum(call, call.layer(new Scale(-1), x), over));
                    default -> maximum(call, x, over);
                };
        Flow whole = call.viewed(y, dims);
        return switch (call.operator()) {
            case "ReduceL2" -> call.layer(Curve.power(0.5), whole);
            case "ReduceLogSum" -> call.layer(Curve.layer(Kind.LOG), whole);
            default -> whole;
        };
    }

    /** The largest number over dimensions, which the result lacks. */
    private static Flow maximum(Call call, Flow x, List<Integer> axes) {
        List<Integer> order = new ArrayList<>(List.of(x.batchAxis()));
        List<Integer> rest =
                IntStream.range(0, x.rank())
                        .filter(axis -> axis != x.batchAxis() && !axes.contains(axis))
                        .boxed()
                        .toList();
        order.addAll(rest);
        order.addAll(axes);
        Flow moved = call.permuted(x, order);
        int kept = 1 + rest.size();
        List<Dim> lines =
                List.of(
                        moved.dims().get(0),
                        Value.product(moved.dims(), 1, kept),
                        Value.product(moved.dims(), kept, moved.rank()));
        Flow y = call.layer(new AdaptiveMaxPool1d(1), call.viewed(moved, lines));
        Flow left = call.viewed(y, moved.dims().subList(0, kept));
        List<Integer> sorted = order.subList(0, kept).stream().sorted().toList();
        return call.permuted(left, sorted.stream().map(order::indexOf).toList());
    }
}
