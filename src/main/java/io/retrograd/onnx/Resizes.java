package io.retrograd.onnx;

import io.retrograd.layer.Interpolate;
import io.retrograd.operation.InterpolationSpec;
import io.retrograd.operation.InterpolationSpec.Mode;
import io.retrograd.operation.SamplingAxis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resize and Upsample, where they find the elements that {@link Interpolate} finds. */
final class Resizes {
    private static final double DIGITS = 1e-4;

    private Resizes() {}

    static Value resize(Call call) {
        Flow x = call.flow(0);
        int rank = x.rank();
        List<Long> axes = call.integers("axes");
        call.expect("antialias", 0);
        call.expect("keep_aspect_ratio_policy", "stretch");
        List<Double> scales = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        x.dims().forEach(dim -> scales.add(1.0));
        x.dims().forEach(dim -> sizes.add(dim.constant() ? dim.size() : -1));
        List<Long> given = call.has(3) ? sizes(call, x) : null;
        List<Double> factors = given == null ? scales(call) : List.of();
        int count = given == null ? factors.size() : given.size();
        if (count != (axes == null ? rank : axes.size())) {
            throw new IllegalArgumentException(
                    String.format("expected a number for each of %d axes, got %d", rank, count));
        }
        for (int i = 0; i < count; i++) {
            int axis = axes == null ? i : x.axis(axes.get(i));
            boolean batch = axis == x.batchAxis();
            if (given != null) {
                int size = Math.toIntExact(given.get(i));
                scales.set(axis, batch ? 1.0 : (double) size / x.size(axis));
                sizes.set(axis, batch ? -1 : size);
            } else {
                scales.set(axis, factors.get(i));
                sizes.set(axis, batch ? -1 : (int) Math.floor(x.size(axis) * factors.get(i)));
            }
        }
        if (rank < 3
                || rank > 5
                || x.batchAxis() != 0
                || scales.get(0) != 1
                || sizes.get(1) != x.size(1)) {
            throw new UnsupportedException(
                    String.format("input %s and scales %s", x.dims(), scales));
        }
        return resized(call, x, sizes, scales);
    }

    /** The sizes, that of the batch replaced. */
    private static List<Long> sizes(Call call, Flow x) {
        List<Long> sizes = new ArrayList<>();
        for (Dim dim : call.known(3).elements()) {
            sizes.add(dim.constant() ? dim.fixed() : x.dims().get(0).perSample());
        }
        return sizes;
    }

    private static List<Double> scales(Call call) {
        List<Float> attribute = call.reals("scales");
        if (attribute != null) {
            return attribute.stream().map(Float::doubleValue).toList();
        }
        boolean late = call.operator().equals("Resize") && call.opset() > 10;
        Constant known = call.known(late ? 2 : 1);
        List<Double> scales = new ArrayList<>();
        for (int i = 0; i < Math.min(known.size(), 8); i++) {
            scales.add(known.real(i));
        }
        return scales;
    }

    private static Flow resized(Call call, Flow x, List<Integer> sizes, List<Double> scales) {
        String mode = call.text("mode", "nearest");
        boolean nearest = mode.equals("nearest");
        if (mode.equals("cubic")) {
            return cubic(call, x, sizes, scales);
        }
        if (!nearest && !mode.equals("linear") && !mode.equals("bilinear")) {
            throw new UnsupportedException("mode " + TensorReader.quoted(mode));
        }
        List<Integer> spatial = sizes.subList(2, sizes.size());
        List<SamplingAxis.Kind> kinds =
                nearest
                        ? List.of(SamplingAxis.Kind.NEAREST)
                        : List.of(SamplingAxis.Kind.LINEAR, SamplingAxis.Kind.LINEAR_ALIGNED);
        for (SamplingAxis.Kind kind : kinds) {
            boolean fits = true;
            for (int d = 2; d < x.rank(); d++) {
                fits &= same(call, kind, x.size(d), sizes.get(d), scales.get(d));
            }
            if (fits) {
                boolean aligned = kind == SamplingAxis.Kind.LINEAR_ALIGNED;
                Mode of = nearest ? Mode.NEAREST : Mode.LINEAR;
                return call.layer(
                        new Interpolate(new InterpolationSpec(of, aligned, spatial, List.of())), x);
            }
        }
        throw new UnsupportedException(
                String.format(
                        "%s, coordinates %s, from %s to %s",
                        mode, coordinates(call), x.dims(), spatial));
    }

    /**
     * Cubic convolution over the four neighbours of each place, dimension by dimension. Behind the
     * edge lie the edge's elements, or with exclude_outside none.
     *
     * <p>Source: R. Keys, Cubic convolution interpolation for digital image processing, IEEE
     * Transactions on Acoustics, Speech, and Signal Processing 29, 1981.
     */
    private static Flow cubic(Call call, Flow x, List<Integer> sizes, List<Double> scales) {
        double a = call.real("cubic_coeff_a", -0.75);
        boolean inside = call.flag("exclude_outside");
        Flow y = x;
        for (int d = 2; d < x.rank(); d++) {
            int in = x.size(d);
            int out = sizes.get(d);
            double scale = scales.get(d);
            if (in == out && scale == 1) {
                continue;
            }
            double[] weights = new double[Math.multiplyExact(in, out)];
            for (int o = 0; o < out; o++) {
                Double at = coordinate(call, o, in, out, scale);
                if (at == null) {
                    throw new UnsupportedException("coordinates " + coordinates(call));
                }
                int first = (int) Math.floor(at) - 1;
                double sum = 0;
                for (int i = first; i < first + 4; i++) {
                    boolean counts = !inside || (i >= 0 && i < in);
                    double weight = counts ? kernel(a, Math.abs(at - i)) : 0;
                    weights[Math.max(0, Math.min(in - 1, i)) * out + o] += weight;
                    sum += weight;
                }
                for (int i = 0; inside && i < in; i++) {
                    weights[i * out + o] /= sum;
                }
            }
            y = FixedSums.along(call, y, d, out, (i, o) -> weights[i * out + o]);
        }
        return y;
    }

    private static double kernel(double a, double t) {
        if (t <= 1) {
            return ((a + 2) * t - (a + 3)) * t * t + 1;
        }
        return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
    }

    private static String coordinates(Call call) {
        boolean early = call.operator().equals("Upsample") || call.opset() < 11;
        return early ? "asymmetric" : call.text("coordinate_transformation_mode", "half_pixel");
    }

    /** Whether the layer reads the same inputs along a dimension as the node. */
    private static boolean same(Call call, SamplingAxis.Kind kind, int in, int out, double scale) {
        if (out < 1) {
            throw new IllegalArgumentException("expected a size of at least 1, got " + out);
        }
        if (out > (1 << 20)) {
            throw new UnsupportedException("size " + out);
        }
        if (in == out) {
            return scale == 1;
        }
        SamplingAxis.Taps taps = new SamplingAxis(kind, in, out, /* before= */ 0).taps();
        for (int o = 0; o < out; o++) {
            Double at = place(call, o, in, out, scale);
            if (at == null) {
                return false;
            }
            double place = 0;
            for (int t = taps.start(o); t < taps.start(o) + taps.count(o); t++) {
                place += taps.weight(t) * taps.index(t);
            }
            if (Math.abs(place - at) > DIGITS) {
                return false;
            }
        }
        return true;
    }

    /** Where output o lies before the first, among or behind the inputs; null if unknown. */
    private static @Nullable Double coordinate(Call call, int o, int in, int out, double scale) {
        double at;
        switch (coordinates(call)) {
            case "half_pixel" -> at = (o + 0.5) / scale - 0.5;
            case "pytorch_half_pixel" -> at = out > 1 ? (o + 0.5) / scale - 0.5 : 0;
            case "asymmetric" -> at = o / scale;
            case "align_corners" -> at = out == 1 ? 0 : o * (in - 1) / (scale * in - 1);
            case "half_pixel_symmetric" -> {
                double whole = scale * in;
                at = in / 2.0 * (1 - out / whole) + (o + 0.5) / scale - 0.5;
            }
            default -> {
                return null;
            }
        }
        return at;
    }

    /** Where among the inputs output o lies; null if in no way that is known here. */
    private static @Nullable Double place(Call call, int o, int in, int out, double scale) {
        Double found = coordinate(call, o, in, out, scale);
        if (found == null) {
            return null;
        }
        double at = found;
        if (call.text("mode", "nearest").equals("nearest")) {
            boolean early = call.operator().equals("Upsample") || call.opset() < 11;
            String rounding = early ? "floor" : call.text("nearest_mode", "round_prefer_floor");
            at =
                    switch (rounding) {
                        case "floor" -> Math.floor(at + 1e-9);
                        case "ceil" -> Math.ceil(at - 1e-9);
                        case "round_prefer_floor" -> Math.ceil(at - 0.5);
                        case "round_prefer_ceil" -> Math.floor(at + 0.5);
                        default -> Double.NaN;
                    };
        }
        return Math.max(0, Math.min(in - 1, at));
    }
}
