package io.retrograd.onnx;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.ConvTranspose3d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MatMul;
import io.retrograd.layer.Pad;
import io.retrograd.onnx.Part.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators that are products with weights: convolutions and linear layers. */
final class WeightedOperators {
    static final Map<String, Operator> ALL =
            Map.of(
                    "Conv", Operator.one(WeightedOperators::convolution),
                    "ConvTranspose", Operator.one(WeightedOperators::transposed),
                    "Gemm", Operator.one(WeightedOperators::gemm),
                    "MatMul", Operator.one(WeightedOperators::matMul));

    private WeightedOperators() {}

    private static Flow convolution(Call call) {
        Flow x = call.flow(0);
        Constant w = call.known(1);
        Window window = Window.of(call, x, kernel(w));
        int groups = call.size("group", 1);
        int channels = w.dims().get(0).size();
        checkChannels(x, Math.multiplyExact(w.dims().get(1).size(), groups));
        Flow input = window.symmetric() ? x : window.padded(call, x, 0);
        int[] kernel = Window.array(window.kernel());
        Convolution<?> layer =
                switch (kernel.length) {
                    case 1 -> new Conv1d(channels, kernel);
                    case 2 -> new Conv2d(channels, kernel);
                    default -> new Conv3d(channels, kernel);
                };
        layer =
                layer.stride(Window.array(window.stride()))
                        .dilation(Window.array(window.dilation()))
                        .groups(groups)
                        .bias(call.has(2));
        if (window.symmetric()) {
            layer = layer.padding(Window.array(window.begin()));
        }
        return call.layer(layer, input, parameters(call, w, channels));
    }

    private static List<Integer> kernel(Constant w) {
        if (w.rank() < 3) {
            throw new IllegalArgumentException(
                    "expected a weight (K, C, spatial...), got " + w.dims());
        }
        return w.dims().subList(2, w.rank()).stream().map(Dim::size).toList();
    }

    private static void checkChannels(Flow x, int channels) {
        if (x.size(1) != channels) {
            throw new IllegalArgumentException(
                    String.format("expected %d channels, got input %s", channels, x.dims()));
        }
    }

    private static Parameter[] parameters(Call call, Constant w, int channels) {
        List<Parameter> parameters = new ArrayList<>(List.of(Parameter.of("weight", w)));
        if (call.has(2)) {
            parameters.add(vector("bias", call.known(2), channels));
        }
        return parameters.toArray(Parameter[]::new);
    }

    /** A parameter (size). */
    static Parameter vector(String name, Constant constant, int size) {
        if (!constant.dims().equals(List.of(Dim.of(size)))) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected %s of shape [%d], got %s", name, size, constant.dims()));
        }
        return Parameter.of(name, constant);
    }

    private static Flow transposed(Call call) {
        Flow x = call.flow(0);
        Constant w = call.known(1);
        Window window = Window.of(call, x, kernel(w));
        int dims = window.kernel().size();
        int groups = call.size("group", 1);
        int channels = Math.multiplyExact(w.dims().get(1).size(), groups);
        checkChannels(x, w.dims().get(0).size());
        List<Integer> longer = call.sizes("output_padding", dims, 0);
        List<Integer> begin = new ArrayList<>(window.begin());
        List<Integer> end = new ArrayList<>(window.end());
        cut(call, x, window, longer, begin, end);
        boolean even = begin.equals(end) && begin.stream().allMatch(size -> size >= 0);
        int[] kernel = Window.array(window.kernel());
        int[] more = Window.array(longer);
        Convolution<?> layer =
                switch (kernel.length) {
                    case 1 -> new ConvTranspose1d(channels, kernel).outputPadding(more);
                    case 2 -> new ConvTranspose2d(channels, kernel).outputPadding(more);
                    default -> new ConvTranspose3d(channels, kernel).outputPadding(more);
                };
        layer =
                layer.stride(Window.array(window.stride()))
                        .dilation(Window.array(window.dilation()))
                        .groups(groups)
                        .padding(even ? Window.array(begin) : new int[dims])
                        .bias(call.has(2));
        Flow y = call.layer(layer, x, parameters(call, w, channels));
        if (even) {
            return y;
        }
        int[] amounts = Window.amounts(begin, end).stream().mapToInt(amount -> -amount).toArray();
        return call.layer(new Pad(amounts), y);
    }

    /** What is cut from each end of the output, where the node says how large it is to be. */
    private static void cut(
            Call call,
            Flow x,
            Window window,
            List<Integer> longer,
            List<Integer> begin,
            List<Integer> end) {
        String auto = call.text("auto_pad", "NOTSET");
        List<Long> sizes = call.integers("output_shape");
        int dims = begin.size();
        if (sizes == null && (auto.equals("NOTSET") || auto.equals("VALID"))) {
            return;
        }
        for (int i = 0; i < dims; i++) {
            int stride = window.stride().get(i);
            long in = x.size(i + 2);
            long out = sizes == null ? in * stride : sizes.get(sizes.size() - dims + i);
            long whole =
                    (in - 1) * stride
                            + longer.get(i)
                            + (window.kernel().get(i) - 1L) * window.dilation().get(i)
                            + 1;
            int total = Math.toIntExact(whole - out);
            if (total < 0) {
                throw new UnsupportedException("an output larger than its windows");
            }
            begin.set(i, auto.equals("SAME_UPPER") ? total / 2 : total - total / 2);
            end.set(i, total - begin.get(i));
        }
    }

    private static Flow gemm(Call call) {
        Flow x = call.flow(0);
        Constant b = call.known(1);
        if (call.flag("transA") || x.rank() != 2 || b.rank() != 2) {
            throw new UnsupportedException(
                    String.format(
                            "inputs %s and %s, transA %s",
                            x.dims(), b.dims(), call.flag("transA")));
        }
        Constant w = call.flag("transB") ? b : b.permuted(List.of(1, 0));
        int units = w.dims().get(0).size();
        double alpha = call.real("alpha", 1);
        Parameter weight =
                alpha == 1
                        ? Parameter.of("weight", w)
                        : new Parameter("weight", i -> alpha * w.real(i), w.source(), null);
        checkInputs(x, w);
        double beta = call.real("beta", 1);
        if (!call.has(2) || beta == 0) {
            return call.layer(new Linear(units).bias(false), x, weight);
        }
        return call.layer(new Linear(units), x, weight, bias(call.known(2), units, beta));
    }

    private static void checkInputs(Flow x, Constant w) {
        if (x.size(-1) != w.dims().get(1).size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected an input of %s numbers, got %s", w.dims().get(1), x.dims()));
        }
    }

    private static Parameter bias(Constant c, int units, double factor) {
        long count = c.count().value();
        boolean row = c.rank() > 0 && c.dims().get(c.rank() - 1).equals(Dim.of(units));
        if (count != 1 && !(row && count == units)) {
            throw new UnsupportedException("a bias of shape " + c.dims());
        }
        if (count == units && factor == 1) {
            return Parameter.of("bias", c.reshaped(List.of(Dim.of(units))));
        }
        return new Parameter(
                "bias", i -> factor * c.real(count == 1 ? 0 : i), c.source(), /* key= */ null);
    }

    private static Flow matMul(Call call) {
        if (call.constant(1)) {
            Flow x = call.flow(0);
            Constant w = matrix(call.known(1), x).permuted(List.of(1, 0));
            checkInputs(x, w);
            return linear(call, x, w);
        }
        Flow b = call.flow(1);
        if (call.constant(0)) {
            Constant w = matrix(call.known(0), b);
            int last = b.rank() - 1;
            Flow x = call.swapped(b, last - 1, last);
            checkInputs(x, w);
            return call.swapped(linear(call, x, w), last - 1, last);
        }
        Flow a = call.flow(0);
        int lead = a.rank() - 2;
        if (a.rank() != b.rank()
                || lead < 1
                || !a.dims().subList(0, lead).equals(b.dims().subList(0, lead))) {
            throw new UnsupportedException(String.format("inputs %s and %s", a.dims(), b.dims()));
        }
        return call.join(new MatMul(), a, b);
    }

    private static Flow linear(Call call, Flow x, Constant w) {
        int units = w.dims().get(0).size();
        return call.layer(
                w.fixed() ? new FixedLinear(units) : new Linear(units).bias(false),
                x,
                Parameter.of("weight", w));
    }

    private static Constant matrix(Constant w, Flow x) {
        if (w.rank() != 2 || x.rank() < 2) {
            throw new UnsupportedException(
                    String.format("a constant %s and input %s", w.dims(), x.dims()));
        }
        return w;
    }
}
