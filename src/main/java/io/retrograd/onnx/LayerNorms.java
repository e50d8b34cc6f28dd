package io.retrograd.onnx;

import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Mul;
import io.retrograd.layer.Offset;
import io.retrograd.layer.RmsNorm;
import io.retrograd.layer.Sub;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code (x − mean)/√(mean((x − mean)²) + eps)·w + b}, which exporters of opsets before 17
 * write for {@link LayerNorm}, and the same without mean and b, which is {@link RmsNorm}.
 */
final class LayerNorms {
    private static final Parameter ONES = Parameter.of("weight", 1);
    private static final Parameter ZEROS = Parameter.of("bias", 0);
    private static final Layer ROOT = Curve.power(0.5);

    private LayerNorms() {}

    /** The quotient, if it is a normalised x. */
    static @Nullable Flow divided(Call call, Flow a, Flow b) {
        if (!ROOT.equals(b.from().function())) {
            return null;
        }
        Part added = b.from().from().get(0).from();
        Flow squares = added.function() instanceof Offset ? meant(added.from().get(0)) : null;
        if (squares == null
                || !(squares.from().function() instanceof Mul)
                || !squares.from().from().stream().allMatch(a::equals)) {
            return null;
        }
        List<Flow> centred = a.from().function() instanceof Sub ? a.from().from() : List.of();
        boolean centres = centred.size() == 2 && centred.get(0).equals(meant(centred.get(1)));
        Flow x = centres ? centred.get(0) : a;
        int from = 0;
        while (from < x.rank()
                && from < b.rank()
                && b.dims().get(from).equals(x.dims().get(from))) {
            from++;
        }
        boolean over = b.dims().subList(from, b.rank()).stream().allMatch(Dim.of(1)::equals);
        if (!over || from == x.rank() || b.rank() != x.rank()) {
            return null;
        }
        Shape sizes = x.at(1).tail(from);
        double eps = Call.decimal((float) added.parameters().get(0).values().applyAsDouble(0));
        return centres
                ? call.layer(new LayerNorm(sizes, eps), x, ONES, ZEROS)
                : call.layer(new RmsNorm(sizes, eps), x, ONES);
    }

    /** What this is the mean of, over dimensions that are kept. */
    private static @Nullable Flow meant(Flow mean) {
        Part part = mean.from();
        if (part.function() instanceof Mean) {
            return part.from().get(0);
        }
        boolean view = part.from().size() == 1 && part.parameters().isEmpty();
        Part inner = view ? part.from().get(0).from() : part;
        return inner.function() instanceof Mean ? inner.from().get(0) : null;
    }

    /** The same with a weight, if it has neither that nor a bias. */
    static @Nullable Flow times(Call call, Flow x, Constant c) {
        Part part = x.from();
        if (!fits(x, c) || !part.parameters().get(0).equals(ONES)) {
            return null;
        }
        Parameter weight = Parameter.of("weight", c);
        if (part.function() instanceof RmsNorm norm) {
            return call.layer(norm, part.from().get(0), weight);
        }
        return part.function() instanceof LayerNorm norm && part.parameters().get(1).equals(ZEROS)
                ? call.layer(norm, part.from().get(0), weight, ZEROS)
                : null;
    }

    /** The same with a bias, if it has none. */
    static @Nullable Flow plus(Call call, Flow x, Constant c) {
        Part part = x.from();
        return fits(x, c)
                        && part.function() instanceof LayerNorm norm
                        && part.parameters().get(1).equals(ZEROS)
                ? call.layer(
                        norm, part.from().get(0), part.parameters().get(0), Parameter.of("bias", c))
                : null;
    }

    private static boolean fits(Flow x, Constant c) {
        Shape sizes =
                x.from().function() instanceof LayerNorm norm
                        ? norm.normalized()
                        : x.from().function() instanceof RmsNorm norm ? norm.normalized() : null;
        return sizes != null && c.dims().equals(sizes.dims().stream().map(Dim::of).toList());
    }
}
