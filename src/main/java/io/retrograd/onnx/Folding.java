package io.retrograd.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;

/** Computes with numbers that are known. */
final class Folding {
    private Folding() {}

    /** Two inputs laid over each other. */
    static Constant binary(Call call) {
        if (call.count() != 2) {
            throw new IllegalArgumentException("expected 2 inputs, got " + call.count());
        }
        return binary(call.operator(), call.known(0), call.known(1));
    }

    static Constant binary(String operator, Constant a, Constant b) {
        List<Dim> dims = broadcast(a.dims(), b.dims());
        if (a.uniform() && b.uniform() && !dims.stream().allMatch(Dim::constant)) {
            Constant one = binary(operator, scalar(a), scalar(b));
            return one.gathered(dims, i -> 0);
        }
        int[] sizes = dims.stream().mapToInt(Dim::size).toArray();
        int[] as = steps(a, sizes.length);
        int[] bs = steps(b, sizes.length);
        int depth = Math.max(a.depth(), b.depth());
        if (a.whole() && b.whole()) {
            BinaryOperator<Dim> f = whole(operator);
            return Constant.wholes(
                    dims,
                    depth,
                    i ->
                            f.apply(
                                    a.element(Constant.index(i, sizes, as)),
                                    b.element(Constant.index(i, sizes, bs))));
        }
        DoubleBinaryOperator f = real(operator);
        boolean comparison = List.of("Equal", "Less", "Greater").contains(operator);
        return comparison
                ? Constant.wholes(
                        dims,
                        depth,
                        i ->
                                Dim.of(
                                        (long)
                                                f.applyAsDouble(
                                                        a.real(Constant.index(i, sizes, as)),
                                                        b.real(Constant.index(i, sizes, bs)))))
                : Constant.reals(
                        dims,
                        depth,
                        i ->
                                f.applyAsDouble(
                                        a.real(Constant.index(i, sizes, as)),
                                        b.real(Constant.index(i, sizes, bs))));
    }

    private static Constant scalar(Constant uniform) {
        return uniform.gathered(List.of(), i -> 0);
    }

    /** Steps of a tensor laid over one of this rank: 0 where its only element counts for all. */
    static int[] steps(Constant c, int rank) {
        int[] steps = new int[rank];
        if (!c.uniform()) {
            int[] own = Constant.steps(c.dims());
            for (int i = 0; i < own.length; i++) {
                steps[rank - own.length + i] = c.dims().get(i).equals(Dim.of(1)) ? 0 : own[i];
            }
        }
        return steps;
    }

    /** The sizes that cover both. */
    static List<Dim> broadcast(List<Dim> a, List<Dim> b) {
        List<Dim> dims = new ArrayList<>();
        int rank = Math.max(a.size(), b.size());
        for (int i = 0; i < rank; i++) {
            Dim one = i < rank - a.size() ? Dim.of(1) : a.get(i - rank + a.size());
            Dim other = i < rank - b.size() ? Dim.of(1) : b.get(i - rank + b.size());
            if (!one.equals(other) && !one.equals(Dim.of(1)) && !other.equals(Dim.of(1))) {
                throw new IllegalArgumentException(
                        String.format("expected equal sizes, or 1, got %s and %s", a, b));
            }
            dims.add(one.equals(Dim.of(1)) ? other : one);
        }
        return dims;
    }

    private static Dim truth(boolean value) {
        return Dim.of(value ? 1 : 0);
    }

    private static BinaryOperator<Dim> whole(String operator) {
        return switch (operator) {
            case "Add" -> Dim::plus;
            case "Sub" -> Dim::minus;
            case "Mul" -> Dim::times;
            case "Div" -> Dim::over;
            case "Mod" -> (a, b) -> a.minus(Dim.of(Math.floorDiv(a.value(), b.value())).times(b));
            case "Min" -> (a, b) -> a.less(b) ? a : b;
            case "Max" -> (a, b) -> a.less(b) ? b : a;
            case "Equal" -> (a, b) -> truth(a.same(b));
            case "Less" -> (a, b) -> truth(a.less(b));
            case "Greater" -> (a, b) -> truth(b.less(a));
            case "And" -> Dim::times;
            case "Or" -> (a, b) -> truth(a.value() != 0 || b.value() != 0);
            case "Pow" ->
                    (a, b) -> {
                        Dim power = Dim.of(1);
                        for (long i = Math.min(b.value(), Long.SIZE); i > 0; i--) {
                            power = power.times(a);
                        }
                        return power;
                    };
            default -> throw new UnsupportedException("whole numbers");
        };
    }

    private static DoubleBinaryOperator real(String operator) {
        return switch (operator) {
            case "Add" -> Double::sum;
            case "Sub" -> (a, b) -> a - b;
            case "Mul" -> (a, b) -> a * b;
            case "Div" -> (a, b) -> a / b;
            case "Min" -> Math::min;
            case "Max" -> Math::max;
            case "Pow" -> Math::pow;
            case "Equal" -> (a, b) -> a == b ? 1 : 0;
            case "Less" -> (a, b) -> a < b ? 1 : 0;
            case "Greater" -> (a, b) -> a > b ? 1 : 0;
            default -> throw new UnsupportedException("real numbers");
        };
    }

    /** All inputs combined, one after the other. */
    static Constant many(Call call) {
        Constant all = call.known(0);
        for (int i = 1; i < call.count(); i++) {
            all = binary(call.operator(), all, call.known(i));
        }
        return all;
    }

    static Constant unary(Call call) {
        Constant x = call.known(0);
        if (x.whole()) {
            return switch (call.operator()) {
                case "Not" -> wholes(x, i -> truth(x.element(i).value() == 0));
                case "Abs" -> wholes(x, i -> Dim.of(Math.abs(x.element(i).value())));
                case "Floor", "Ceil" -> x;
                default -> throw new UnsupportedException("whole numbers");
            };
        }
        return switch (call.operator()) {
            case "Sqrt" -> mapped(x, Math::sqrt);
            case "Floor" -> mapped(x, Math::floor);
            case "Ceil" -> mapped(x, Math::ceil);
            case "Abs" -> mapped(x, Math::abs);
            case "Sin" -> mapped(x, Math::sin);
            case "Cos" -> mapped(x, Math::cos);
            case "Exp" -> mapped(x, Math::exp);
            case "Log" -> mapped(x, Math::log);
            case "Reciprocal" -> mapped(x, value -> 1 / value);
            default -> throw new UnsupportedException("real numbers");
        };
    }

    private static Constant wholes(Constant x, IntFunction<Dim> f) {
        return x.uniform()
                ? Constant.wholes(List.of(), x.depth(), f).gathered(x.dims(), i -> 0)
                : Constant.wholes(x.dims(), x.depth(), f);
    }

    static Constant mapped(Constant x, DoubleUnaryOperator f) {
        return x.uniform()
                ? Constant.reals(List.of(), x.depth(), i -> f.applyAsDouble(x.real(0)))
                        .gathered(x.dims(), i -> 0)
                : Constant.reals(x.dims(), x.depth(), i -> f.applyAsDouble(x.real(i)));
    }

    /** −x; as trainable as x. */
    static Constant negative(Constant x) {
        if (x.whole()) {
            return wholes(x, i -> Dim.of(0).minus(x.element(i)));
        }
        return changed(x, mapped(x, value -> -value), "negated ");
    }

    /** 1/x; as trainable as x. */
    static Constant reciprocal(Constant x) {
        return changed(x, mapped(x, value -> 1 / value), "reciprocal ");
    }

    private static Constant changed(Constant x, Constant changed, String how) {
        String source = x.source();
        return source == null ? changed : changed.named(how + source, x.stored());
    }

    static Constant clip(Call call) {
        Constant x = call.known(0);
        Constant low = call.has(1) ? binary("Max", x, call.known(1)) : x;
        return call.has(2) ? binary("Min", low, call.known(2)) : low;
    }

    /** As real numbers, or as whole ones, rounded towards zero. */
    static Constant cast(Constant x, boolean whole) {
        if (whole == x.whole()) {
            return x;
        }
        return whole
                ? wholes(x, i -> Dim.of((long) x.real(i)))
                : mapped(x, DoubleUnaryOperator.identity());
    }
}
