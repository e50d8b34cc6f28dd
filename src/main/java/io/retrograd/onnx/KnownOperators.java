package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** Operators of numbers that are known: they are computed here, and no part of the network. */
final class KnownOperators {
    private static final Operator BINARY = Operator.one(Folding::binary);
    private static final Operator UNARY = Operator.one(Folding::unary);

    static final Map<String, Operator> ALL =
            Map.ofEntries(
                    Map.entry("Constant", Operator.one(KnownOperators::constant)),
                    Map.entry("ConstantOfShape", Operator.one(KnownOperators::constantOfShape)),
                    Map.entry("Shape", Operator.one(KnownOperators::shape)),
                    Map.entry("Size", Operator.one(call -> Constant.whole(call.value(0).count()))),
                    Map.entry("Range", Operator.one(KnownOperators::range)),
                    Map.entry("Where", Operator.one(KnownOperators::where)),
                    Map.entry("ReduceProd", Operator.one(KnownOperators::product)),
                    Map.entry("ScatterND", Operator.one(KnownOperators::scattered)),
                    Map.entry("Trilu", Operator.one(KnownOperators::triangle)),
                    Map.entry("Mod", BINARY),
                    Map.entry("Equal", BINARY),
                    Map.entry("Less", BINARY),
                    Map.entry("Greater", BINARY),
                    Map.entry("And", BINARY),
                    Map.entry("Or", BINARY),
                    Map.entry("Not", UNARY),
                    Map.entry("Floor", UNARY),
                    Map.entry("Ceil", UNARY));

    private KnownOperators() {}

    private static Constant constant(Call call) {
        Constant tensor = call.tensor("value");
        if (tensor != null) {
            return tensor.named(call.node().getOutput(0), /* initializer= */ false);
        }
        if (call.hasAttribute("value_int")) {
            return Constant.whole(Dim.of(call.integer("value_int", 0)));
        }
        List<Long> wholes = call.integers("value_ints");
        if (wholes != null) {
            return Constant.wholes(wholes.stream().map(Dim::of).toList());
        }
        if (call.hasAttribute("value_float")) {
            double value = call.real("value_float", 0);
            return Constant.reals(List.of(), 0, i -> value);
        }
        List<Float> reals = call.reals("value_floats");
        if (reals != null) {
            return Constant.reals(List.of(Dim.of(reals.size())), 0, reals::get);
        }
        throw new UnsupportedException("another value than numbers");
    }

    private static Constant constantOfShape(Call call) {
        List<Dim> dims = call.known(0).elements();
        Constant value = call.tensor("value");
        return value == null
                ? Constant.filled(dims, /* whole= */ false, 0)
                : Constant.filled(dims, value.whole(), value.scalar());
    }

    private static Constant shape(Call call) {
        List<Dim> dims = call.value(0).dims();
        int start = bound(call.integer("start", 0), dims.size());
        int end = bound(call.integer("end", dims.size()), dims.size());
        return Constant.wholes(start < end ? dims.subList(start, end) : List.of());
    }

    private static int bound(long index, int rank) {
        return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
    }

    private static Constant range(Call call) {
        Constant start = call.known(0);
        if (!start.whole()) {
            throw new UnsupportedException("real numbers");
        }
        long first = start.element(0).value();
        long step = call.known(2).element(0).value();
        long limit = call.known(1).element(0).value();
        if (step == 0) {
            throw new IllegalArgumentException("expected a step, got 0");
        }
        long span = Math.subtractExact(limit, first);
        long count = Math.max(0, -Math.floorDiv(-span, step));
        return Constant.wholes(
                List.of(Dim.of(count)), 0, i -> Dim.of(Math.addExact(first, i * step)));
    }

    private static Value where(Call call) {
        if (!call.constant(1) || !call.constant(2)) {
            return Masks.where(call);
        }
        Constant condition = call.known(0);
        Constant a = call.known(1);
        Constant b = call.known(2);
        List<Dim> dims = Folding.broadcast(condition.dims(), Folding.broadcast(a.dims(), b.dims()));
        int[] sizes = dims.stream().mapToInt(Dim::size).toArray();
        int[] cs = Folding.steps(condition, sizes.length);
        int[] as = Folding.steps(a, sizes.length);
        int[] bs = Folding.steps(b, sizes.length);
        int depth = Math.max(condition.depth(), Math.max(a.depth(), b.depth()));
        if (a.whole() != b.whole()) {
            throw new IllegalArgumentException("expected inputs of one type, got two");
        }
        return a.whole()
                ? Constant.wholes(
                        dims,
                        depth,
                        i ->
                                holds(condition, i, sizes, cs)
                                        ? a.element(Constant.index(i, sizes, as))
                                        : b.element(Constant.index(i, sizes, bs)))
                : Constant.reals(
                        dims,
                        depth,
                        i ->
                                holds(condition, i, sizes, cs)
                                        ? a.real(Constant.index(i, sizes, as))
                                        : b.real(Constant.index(i, sizes, bs)));
    }

    /** Numbers, with others in the places of these indices. */
    private static Constant scattered(Call call) {
        Constant x = call.known(0);
        Constant indices = call.known(1);
        Constant updates = Folding.cast(call.known(2), x.whole());
        call.expect("reduction", "none");
        int dims = indices.dims().get(indices.axis(-1)).size();
        int inner = Value.product(x.dims(), dims, x.rank()).size();
        int[] steps = Constant.steps(x.dims());
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < indices.size() / Math.max(1, dims); i++) {
            int place = 0;
            for (int d = 0; d < dims; d++) {
                long index = indices.element(i * dims + d).value();
                place += Value.axis(index, x.dims().get(d).size()) * steps[d];
            }
            places.put(place / inner, i);
        }
        if (updates.size() != indices.size() / Math.max(1, dims) * inner) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected an update for each index, got %s and %s",
                            updates.dims(), indices.dims()));
        }
        IntUnaryOperator update =
                i -> {
                    Integer place = places.get(i / inner);
                    return place == null ? -1 : place * inner + i % inner;
                };
        return x.whole()
                ? Constant.wholes(
                        x.dims(),
                        x.depth(),
                        i -> {
                            int at = update.applyAsInt(i);
                            return at < 0 ? x.element(i) : updates.element(at);
                        })
                : Constant.reals(
                        x.dims(),
                        x.depth(),
                        i -> {
                            int at = update.applyAsInt(i);
                            return at < 0 ? x.real(i) : updates.real(at);
                        });
    }

    /** A matrix with zeros beyond a diagonal. */
    private static Constant triangle(Call call) {
        Constant x = call.known(0);
        int rows = x.dims().get(x.axis(-2)).size();
        int columns = x.dims().get(x.axis(-1)).size();
        long diagonal = call.has(1) ? call.known(1).element(0).value() : 0;
        boolean upper = call.integer("upper", 1) != 0;
        IntPredicate kept =
                i -> {
                    long beyond = i % columns - i / columns % rows - diagonal;
                    return upper ? beyond >= 0 : beyond <= 0;
                };
        return x.whole()
                ? Constant.wholes(x.dims(), x.depth(), i -> kept.test(i) ? x.element(i) : Dim.of(0))
                : Constant.reals(x.dims(), x.depth(), i -> kept.test(i) ? x.real(i) : 0);
    }

    private static boolean holds(Constant condition, int i, int[] sizes, int[] steps) {
        return condition.element(Constant.index(i, sizes, steps)).value() != 0;
    }

    private static Constant product(Call call) {
        Constant x = call.known(0);
        if (x.rank() > 1) {
            throw new UnsupportedException("several dimensions");
        }
        List<Dim> all = x.elements();
        Dim product = Value.product(all, 0, all.size());
        boolean keep = call.integer("keepdims", 1) != 0 && x.rank() == 1;
        return keep ? Constant.wholes(List.of(product)) : Constant.whole(product);
    }

    /** Whether a type's elements are whole numbers. */
    static boolean whole(long type) {
        DataType known = DataType.forNumber(Math.toIntExact(type));
        List<DataType> reals =
                new ArrayList<>(
                        List.of(
                                DataType.FLOAT,
                                DataType.DOUBLE,
                                DataType.FLOAT16,
                                DataType.BFLOAT16));
        if (known == null || known == DataType.STRING) {
            throw new UnsupportedException("type " + type);
        }
        return !reals.contains(known);
    }
}
