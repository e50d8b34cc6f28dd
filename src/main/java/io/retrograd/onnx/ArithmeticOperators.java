package io.retrograd.onnx;

import io.retrograd.layer.Add;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Mul;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Silu;
import io.retrograd.layer.Sub;
import io.retrograd.onnx.Curve.Kind;
import io.retrograd.onnx.Part.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that combine two numbers, or change one, element by element. */
final class ArithmeticOperators {
    static final Map<String, Operator> ALL =
            Map.ofEntries(
                    Map.entry("Add", Operator.one(ArithmeticOperators::add)),
                    Map.entry("Sum", Operator.one(ArithmeticOperators::sum)),
                    Map.entry("Sub", Operator.one(ArithmeticOperators::sub)),
                    Map.entry("Mul", Operator.one(ArithmeticOperators::mul)),
                    Map.entry("Div", Operator.one(ArithmeticOperators::div)),
                    Map.entry("Neg", Operator.one(ArithmeticOperators::neg)),
                    Map.entry("Pow", Operator.one(ArithmeticOperators::pow)),
                    Map.entry("Exp", Operator.one(call -> curve(call, Curve.layer(Kind.EXP)))),
                    Map.entry("Log", Operator.one(call -> curve(call, Curve.layer(Kind.LOG)))),
                    Map.entry("Abs", Operator.one(call -> curve(call, Curve.layer(Kind.ABS)))),
                    Map.entry("Sin", Operator.one(call -> curve(call, Curve.layer(Kind.SIN)))),
                    Map.entry("Cos", Operator.one(call -> curve(call, Curve.layer(Kind.COS)))),
                    Map.entry("Reciprocal", Operator.one(call -> curve(call, Curve.power(-1)))),
                    Map.entry("Sqrt", Operator.one(call -> curve(call, Curve.power(0.5)))),
                    Map.entry("Erf", Operator.one(Gelus::erf)),
                    Map.entry("Max", Operator.one(call -> bounded(call, true))),
                    Map.entry("Min", Operator.one(call -> bounded(call, false))));

    private ArithmeticOperators() {}

    private static boolean known(Call call) {
        return call.values().stream().allMatch(Constant.class::isInstance);
    }

    private static Value add(Call call) {
        if (known(call)) {
            return Folding.binary(call);
        }
        return call.constant(0) ? plus(call, 1, 0) : plus(call, 0, 1);
    }

    /** The sum of an input that is computed and another. */
    private static Flow plus(Call call, int a, int b) {
        Flow x = call.flow(a);
        if (!call.constant(b)) {
            return both(call, new Add(), x, call.flow(b));
        }
        Constant c = call.known(b);
        Flow normed = LayerNorms.plus(call, x, c);
        if (normed != null) {
            return normed;
        }
        Flow gelu = Gelus.plus(call, x, c);
        if (gelu != null) {
            return gelu;
        }
        Flow biased = call.only(a) ? biased(call, x, c) : null;
        return biased == null ? Arithmetic.plus(call, x, c) : biased;
    }

    /** What a layer without bias makes, with one; null if it is no such layer, or no such bias. */
    private static @Nullable Flow biased(Call call, Flow x, Constant c) {
        Part part = x.from();
        Layer layer = null;
        int axis = x.rank() - 1;
        if (part.function() instanceof Linear linear && !linear.bias()) {
            layer = linear.bias(true);
        } else if (part.function() instanceof Convolution<?> convolution
                && convolution.equals(convolution.bias(false))) {
            layer = convolution.bias(true);
            axis = 1;
        }
        int own = axis - (x.rank() - c.rank());
        if (layer == null
                || own < 0
                || c.rank() > x.rank()
                || !c.count().equals(x.dims().get(axis))
                || !c.dims().get(own).equals(x.dims().get(axis))) {
            return null;
        }
        Parameter bias = Parameter.of("bias", c.reshaped(List.of(x.dims().get(axis))));
        return call.layer(layer, part.from().get(0), part.parameters().get(0), bias);
    }

    /** Two inputs joined, the one of fewer dimensions under more. */
    static Flow both(Call call, io.retrograd.layer.Join join, Flow a, Flow b) {
        return call.join(join, raised(call, a, b.rank()), raised(call, b, a.rank()));
    }

    private static Flow raised(Call call, Flow x, int rank) {
        List<Dim> dims =
                new ArrayList<>(Collections.nCopies(Math.max(0, rank - x.rank()), Dim.of(1)));
        dims.addAll(x.dims());
        return call.viewed(x, dims);
    }

    private static Value sum(Call call) {
        if (call.count() == 0) {
            throw new IllegalArgumentException("expected an input, got none");
        }
        Flow sum = call.flow(0);
        for (int i = 1; i < call.count(); i++) {
            sum = both(call, new Add(), sum, call.flow(i));
        }
        return sum;
    }

    private static Value sub(Call call) {
        if (known(call)) {
            return Folding.binary(call);
        }
        if (call.constant(1)) {
            Constant c = call.known(1);
            return Arithmetic.plus(call, call.flow(0), Folding.negative(c));
        }
        if (call.constant(0)) {
            return Arithmetic.plus(call, call.layer(new Scale(-1), call.flow(1)), call.known(0));
        }
        return both(call, new Sub(), call.flow(0), call.flow(1));
    }

    private static Value mul(Call call) {
        if (known(call)) {
            return Folding.binary(call);
        }
        if (call.constant(0) || call.constant(1)) {
            int own = call.constant(0) ? 1 : 0;
            Flow x = call.flow(own);
            Constant c = call.known(1 - own);
            Flow normed = LayerNorms.times(call, x, c);
            if (normed != null) {
                return normed;
            }
            Flow gelu = Gelus.halved(call, x, c);
            return gelu == null ? Arithmetic.times(call, x, c) : gelu;
        }
        Flow a = call.flow(0);
        Flow b = call.flow(1);
        Flow gelu = Gelus.times(call, a, b);
        if (gelu != null) {
            return gelu;
        }
        if (gates(a, b) || gates(b, a)) {
            return call.layer(new Silu(), gates(a, b) ? b : a);
        }
        return both(call, new Mul(), a, b);
    }

    private static boolean gates(Flow gate, Flow x) {
        return gate.from().function() instanceof io.retrograd.layer.Sigmoid
                && gate.from().from().get(0).equals(x);
    }

    private static Value div(Call call) {
        if (known(call)) {
            return Folding.binary(call);
        }
        if (call.constant(1)) {
            return Arithmetic.times(call, call.flow(0), Folding.reciprocal(call.known(1)));
        }
        Flow b = call.flow(1);
        if (call.constant(0)) {
            return Arithmetic.times(call, call.layer(Curve.power(-1), b), call.known(0));
        }
        Flow normed = LayerNorms.divided(call, call.flow(0), b);
        // a/b = a·b⁻¹
        return normed == null
                ? both(call, new Mul(), call.flow(0), call.layer(Curve.power(-1), b))
                : normed;
    }

    private static Value neg(Call call) {
        return call.constant(0)
                ? Folding.negative(call.known(0))
                : call.layer(new Scale(-1), call.flow(0));
    }

    private static Value pow(Call call) {
        if (known(call)) {
            return Folding.binary(call);
        }
        Flow x = call.flow(0);
        double exponent = call.known(1).scalar();
        if (exponent == 1) {
            return x;
        }
        if (exponent == 2 || exponent == 3) {
            Flow square = call.join(new Mul(), x, x);
            return exponent == 2 ? square : call.join(new Mul(), square, x);
        }
        return call.layer(Curve.power(Call.decimal((float) exponent)), x);
    }

    private static Value curve(Call call, Layer function) {
        return known(call) ? Folding.unary(call) : call.layer(function, call.flow(0));
    }

    private static Value bounded(Call call, boolean least) {
        if (known(call)) {
            return Folding.many(call);
        }
        if (call.count() != 2) {
            throw new UnsupportedException(call.count() + " inputs");
        }
        int own = call.constant(0) ? 1 : 0;
        Flow x = call.flow(own);
        if (!call.constant(1 - own)) {
            // max(a, b) = a + relu(b − a)        min(a, b) = a − relu(a − b)
            Flow other = call.flow(1 - own);
            Flow more =
                    call.layer(
                            new Relu(),
                            both(call, new Sub(), least ? other : x, least ? x : other));
            return both(call, least ? new Add() : new Sub(), x, more);
        }
        double bound = call.known(1 - own).scalar();
        return ActivationOperators.clipped(
                call, x, least ? (Double) bound : null, least ? null : (Double) bound);
    }
}
