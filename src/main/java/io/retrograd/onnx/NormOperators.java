package io.retrograd.onnx;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.InstanceNorm;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Softmax;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Operators that scale an input by statistics of its own. */
final class NormOperators {
    static final Map<String, Operator> ALL =
            Map.of(
                    "BatchNormalization", Operator.one(NormOperators::batch),
                    "InstanceNormalization", Operator.one(NormOperators::instance),
                    "LayerNormalization", Operator.one(NormOperators::layer),
                    "GroupNormalization", Operator.one(NormOperators::group),
                    "LRN", Operator.one(NormOperators::localResponse),
                    "Softmax", Operator.one(call -> softmax(call, false)),
                    "LogSoftmax", Operator.one(call -> softmax(call, true)));

    private NormOperators() {}

    private static void checkBatchFirst(Flow x) {
        if (x.rank() < 2 || x.batchAxis() != 0) {
            throw new UnsupportedException("input " + x.dims());
        }
    }

    private static Flow batch(Call call) {
        Flow x = call.flow(0);
        checkBatchFirst(x);
        call.expect("spatial", 1);
        int channels = x.size(1);
        // A float's 0.9 is not exactly that, and 1 less it is still less exactly 0.1.
        double momentum = Math.rint((1 - call.real("momentum", 0.9)) * 1e7) / 1e7;
        return call.layer(
                new BatchNorm(call.real("epsilon", 1e-5), momentum),
                x,
                WeightedOperators.vector("weight", call.known(1), channels),
                WeightedOperators.vector("bias", call.known(2), channels),
                WeightedOperators.vector("running_mean", call.known(3), channels),
                WeightedOperators.vector("running_var", call.known(4), channels));
    }

    private static Flow instance(Call call) {
        Flow x = call.flow(0);
        checkBatchFirst(x);
        int channels = x.size(1);
        Constant scale = call.known(1);
        Constant shift = call.known(2);
        Parameter weight = WeightedOperators.vector("weight", scale, channels);
        Parameter bias = WeightedOperators.vector("bias", shift, channels);
        InstanceNorm layer = new InstanceNorm().eps(call.real("epsilon", 1e-5));
        boolean plain = scale.all(1) && shift.all(0);
        return plain ? call.layer(layer, x) : call.layer(layer.affine(true), x, weight, bias);
    }

    private static Flow layer(Call call) {
        Flow x = call.flow(0);
        if (call.wanted(1) || call.wanted(2)) {
            throw new UnsupportedException("outputs Mean and InvStdDev");
        }
        int axis = x.axis(call.integer("axis", -1));
        List<Dim> sizes = x.dims().subList(axis, x.rank());
        Shape normalized = Shape.of(sizes.stream().map(Dim::size).toList());
        return call.layer(
                new LayerNorm(normalized, call.real("epsilon", 1e-5)),
                x,
                sized("weight", call.known(1), sizes),
                call.has(2) ? sized("bias", call.known(2), sizes) : Parameter.of("bias", 0));
    }

    private static Parameter sized(String name, Constant constant, List<Dim> sizes) {
        if (!constant.dims().equals(sizes)) {
            throw new UnsupportedException(
                    String.format("%s of shape %s for %s", name, constant.dims(), sizes));
        }
        return Parameter.of(name, constant);
    }

    private static Flow group(Call call) {
        Flow x = call.flow(0);
        checkBatchFirst(x);
        int channels = x.size(1);
        int groups = call.size("num_groups", 1);
        Constant scale = call.known(1);
        Constant shift = call.known(2);
        GroupNorm layer = new GroupNorm(groups).eps(call.real("epsilon", 1e-5));
        if (scale.dims().equals(List.of(Dim.of(channels)))) {
            return call.layer(
                    layer,
                    x,
                    Parameter.of("weight", scale),
                    WeightedOperators.vector("bias", shift, channels));
        }
        int each = channels / Math.max(1, groups);
        return call.layer(
                layer,
                x,
                perGroup("weight", scale, groups, each),
                perGroup("bias", shift, groups, each));
    }

    /** Until opset 20 a group's channels share their number. */
    private static Parameter perGroup(String name, Constant constant, int groups, int each) {
        WeightedOperators.vector(name, constant, groups);
        return new Parameter(
                name, i -> constant.real(i / each), constant.source(), /* key= */ null);
    }

    private static Flow localResponse(Call call) {
        Flow x = call.flow(0);
        checkBatchFirst(x);
        int size = call.size("size", 0);
        if (size % 2 == 0) {
            throw new UnsupportedException("size " + size);
        }
        return call.layer(
                new LocalResponseNorm(size)
                        .alpha(call.real("alpha", 1e-4))
                        .beta(call.real("beta", 0.75))
                        .k(call.real("bias", 1)),
                x);
    }

    /** Until opset 12 over all dimensions from the axis on together. */
    private static Flow softmax(Call call, boolean logarithm) {
        Flow x = call.flow(0);
        boolean together = call.opset() < 13;
        int axis = x.axis(call.integer("axis", together ? 1 : -1));
        if (x.batchAxis() == axis || (together && x.batchAxis() > axis)) {
            throw new UnsupportedException("an axis of the batch");
        }
        Flow lines = x;
        boolean flat = together && axis < x.rank() - 1;
        if (flat) {
            lines =
                    call.viewed(
                            x,
                            List.of(
                                    Value.product(x.dims(), 0, axis),
                                    Value.product(x.dims(), axis, x.rank())));
        }
        int dim = flat ? 1 : axis;
        return call.viewed(
                call.layer(logarithm ? new LogSoftmax(dim) : new Softmax(dim), lines), x.dims());
    }
}
