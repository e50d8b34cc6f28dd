package io.retrograd.onnx;

import io.retrograd.layer.Celu;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Elu;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Hardsigmoid;
import io.retrograd.layer.Hardswish;
import io.retrograd.layer.Hardtanh;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Mish;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Relu6;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Selu;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Softsign;
import io.retrograd.layer.Tanh;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.operation.ActivationSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators of each element by itself. */
final class ActivationOperators {
    private static final double FLOAT_DIGITS = 1e-6;

    static final Map<String, Operator> ALL =
            Map.ofEntries(
                    Map.entry("Relu", Operator.one(call -> call.layer(new Relu(), call.flow(0)))),
                    Map.entry(
                            "Sigmoid",
                            Operator.one(call -> call.layer(new Sigmoid(), call.flow(0)))),
                    Map.entry("Tanh", Operator.one(call -> call.layer(new Tanh(), call.flow(0)))),
                    Map.entry(
                            "Softplus",
                            Operator.one(call -> call.layer(new Softplus(), call.flow(0)))),
                    Map.entry(
                            "Softsign",
                            Operator.one(call -> call.layer(new Softsign(), call.flow(0)))),
                    Map.entry("Mish", Operator.one(call -> call.layer(new Mish(), call.flow(0)))),
                    Map.entry(
                            "HardSwish",
                            Operator.one(call -> call.layer(new Hardswish(), call.flow(0)))),
                    Map.entry(
                            "LeakyRelu",
                            Operator.one(
                                    call ->
                                            call.layer(
                                                    new LeakyRelu(call.real("alpha", 0.01)),
                                                    call.flow(0)))),
                    Map.entry(
                            "Elu",
                            Operator.one(
                                    call ->
                                            call.layer(
                                                    new Elu(call.real("alpha", 1)), call.flow(0)))),
                    Map.entry(
                            "Celu",
                            Operator.one(
                                    call ->
                                            call.layer(
                                                    new Celu(call.real("alpha", 1)),
                                                    call.flow(0)))),
                    Map.entry("Selu", Operator.one(ActivationOperators::selu)),
                    Map.entry("Gelu", Operator.one(ActivationOperators::gelu)),
                    Map.entry("HardSigmoid", Operator.one(ActivationOperators::hardSigmoid)),
                    Map.entry("PRelu", Operator.one(ActivationOperators::prelu)),
                    Map.entry("Clip", Operator.one(ActivationOperators::clip)),
                    Map.entry("Dropout", ActivationOperators::dropout));

    private ActivationOperators() {}

    private static Flow selu(Call call) {
        double alpha = call.real("alpha", ActivationSpec.SELU_ALPHA);
        double gamma = call.real("gamma", ActivationSpec.SELU_SCALE);
        boolean usual =
                near(alpha, ActivationSpec.SELU_ALPHA) && near(gamma, ActivationSpec.SELU_SCALE);
        return usual
                ? call.layer(new Selu(), call.flow(0))
                : call.layer(new Scale(gamma), call.layer(new Elu(alpha), call.flow(0)));
    }

    private static boolean near(double a, double b) {
        return Math.abs(a - b) <= FLOAT_DIGITS * Math.abs(b);
    }

    private static Flow gelu(Call call) {
        call.expect("approximate", "none", "tanh");
        boolean tanh = call.text("approximate", "none").equals("tanh");
        return call.layer(tanh ? new Gelu(Gelu.Approximation.TANH) : new Gelu(), call.flow(0));
    }

    private static Flow hardSigmoid(Call call) {
        double alpha = call.real("alpha", 0.2);
        double beta = call.real("beta", 0.5);
        Flow x = call.flow(0);
        // hardsigmoid(z) = clamp(z/6 + 1/2, 0, 1)
        Flow scaled = near(6 * alpha, 1) ? x : call.layer(new Scale(6 * alpha), x);
        return call.layer(new Hardsigmoid(), Arithmetic.plus(call, scaled, 6 * beta - 3));
    }

    private static Flow prelu(Call call) {
        Flow x = call.flow(0);
        Constant slope = call.known(1);
        if (slope.count().equals(Dim.of(1))) {
            return call.layer(
                    new Prelu(), x, Parameter.of("weight", slope.reshaped(List.of(Dim.of(1)))));
        }
        // Aligned with the last dimensions of x, all but the channels' being 1.
        int channel = 1 - (x.rank() - slope.rank());
        boolean perChannel =
                x.batchAxis() == 0
                        && x.rank() > 1
                        && channel >= 0
                        && slope.dims().get(channel).equals(x.dims().get(1))
                        && slope.count().equals(x.dims().get(1));
        if (!perChannel) {
            throw new UnsupportedException(
                    String.format("a slope %s for input %s", slope.dims(), x.dims()));
        }
        return call.layer(
                new Prelu().perChannel(true),
                x,
                Parameter.of("weight", slope.reshaped(List.of(x.dims().get(1)))));
    }

    private static Value clip(Call call) {
        if (call.constant(0)) {
            return Folding.clip(call);
        }
        return clipped(call, call.flow(0), bound(call, "min", 1), bound(call, "max", 2));
    }

    private static @Nullable Double bound(Call call, String name, int input) {
        if (call.hasAttribute(name)) {
            double value = call.real(name, 0);
            return Math.abs(value) >= Float.MAX_VALUE ? null : value;
        }
        if (!call.has(input)) {
            return null;
        }
        double value = Call.decimal((float) call.known(input).scalar());
        return Double.isInfinite(value) || Math.abs(value) >= Float.MAX_VALUE ? null : value;
    }

    /** x no smaller than one bound and no larger than another, of those that are there. */
    static Flow clipped(Call call, Flow x, @Nullable Double least, @Nullable Double most) {
        if (most == null) {
            if (least == null) {
                return x;
            }
            Flow above = call.layer(new Relu(), Arithmetic.plus(call, x, -least));
            return Arithmetic.plus(call, above, least);
        }
        if (least == null) {
            Flow below = call.layer(new Scale(-1), Arithmetic.plus(call, x, -most));
            Flow cut = call.layer(new Scale(-1), call.layer(new Relu(), below));
            return Arithmetic.plus(call, cut, most);
        }
        if (least == -1 && most == 1) {
            return call.layer(new Hardtanh(), x);
        }
        if (!(least < most)) {
            throw new UnsupportedException(String.format("bounds %s and %s", least, most));
        }
        double step = (most - least) / 6;
        Flow from = Arithmetic.times(call, Arithmetic.plus(call, x, -least), 1 / step);
        Flow inside = call.layer(new Relu6(), from);
        return Arithmetic.plus(call, Arithmetic.times(call, inside, step), least);
    }

    private static List<@Nullable Value> dropout(Call call) {
        if (call.wanted(1)) {
            throw new UnsupportedException("output mask");
        }
        if (call.constant(0)) {
            return List.of(call.value(0));
        }
        double ratio =
                call.has(1)
                        ? Call.decimal((float) call.known(1).scalar())
                        : call.real("ratio", 0.5);
        return List.of(call.layer(new Dropout(ratio), call.flow(0)));
    }
}
