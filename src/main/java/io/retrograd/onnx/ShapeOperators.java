package io.retrograd.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Operators that give an input another shape, or another order. */
final class ShapeOperators {
    static final Map<String, Operator> ALL =
            Map.of(
                    "Reshape", Operator.one(ShapeOperators::reshape),
                    "Flatten", Operator.one(ShapeOperators::flatten),
                    "Squeeze", Operator.one(ShapeOperators::squeeze),
                    "Unsqueeze", Operator.one(ShapeOperators::unsqueeze),
                    "Transpose", Operator.one(ShapeOperators::transpose),
                    "Identity", Operator.one(call -> call.value(0)),
                    "Cast", Operator.one(ShapeOperators::cast),
                    "DepthToSpace", Operator.one(ShapeOperators::depthToSpace),
                    "SpaceToDepth", Operator.one(ShapeOperators::spaceToDepth));

    private ShapeOperators() {}

    private static Value reshape(Call call) {
        Value x = call.value(0);
        List<Dim> target = new ArrayList<>(call.known(1).elements());
        boolean zeros = call.flag("allowzero");
        int rest = -1;
        for (int i = 0; i < target.size(); i++) {
            Dim size = target.get(i);
            if (size.equals(Dim.of(0)) && !zeros) {
                if (i >= x.rank()) {
                    throw new IllegalArgumentException(
                            String.format("expected a size to keep, got %s", x.dims()));
                }
                target.set(i, x.dims().get(i));
            } else if (size.equals(Dim.of(-1))) {
                if (rest >= 0) {
                    throw new IllegalArgumentException("expected one -1, got " + target);
                }
                rest = i;
            } else if (size.constant() && size.fixed() < 0) {
                throw new IllegalArgumentException("expected sizes, got " + target);
            }
        }
        if (x instanceof Flow flow) {
            freeBatch(call, flow, target, rest);
        }
        if (rest >= 0) {
            Dim known =
                    Value.product(target, 0, rest)
                            .times(Value.product(target, rest + 1, target.size()));
            target.set(rest, x.count().over(known));
        }
        return call.viewed(x, target);
    }

    /** Makes the size that is the batch of a file for one batch size only free again. */
    private static void freeBatch(Call call, Flow x, List<Dim> target, int rest) {
        long batch = call.fixedBatch();
        if (batch == 0 || !target.stream().allMatch(Dim::constant)) {
            return;
        }
        if (rest >= 0) {
            boolean first =
                    rest != 0
                            && x.dims().get(0).equals(Dim.BATCH)
                            && target.get(0).equals(Dim.of(batch));
            if (first) {
                target.set(0, Dim.BATCH);
            }
            return;
        }
        long samples = x.count().perSample();
        for (int i = 0; i < target.size(); i++) {
            long size = target.get(i).fixed();
            if (size % batch == 0 && size > 0) {
                List<Dim> freed = new ArrayList<>(target);
                freed.set(i, new Dim(0, size / batch));
                if (Value.product(freed, 0, freed.size()).perSample() == samples) {
                    target.set(i, freed.get(i));
                    return;
                }
            }
        }
    }

    private static Value flatten(Call call) {
        Value x = call.value(0);
        long given = call.integer("axis", 1);
        int axis = given == x.rank() ? x.rank() : x.axis(given);
        return call.viewed(
                x,
                List.of(Value.product(x.dims(), 0, axis), Value.product(x.dims(), axis, x.rank())));
    }

    private static Value squeeze(Call call) {
        Value x = call.value(0);
        List<Long> axes = call.attributeOrInput("axes", 1);
        List<Dim> dims = new ArrayList<>();
        TreeSet<Integer> gone = new TreeSet<>();
        if (axes != null) {
            axes.forEach(axis -> gone.add(x.axis(axis)));
        }
        for (int i = 0; i < x.rank(); i++) {
            boolean one = x.dims().get(i).equals(Dim.of(1));
            if (gone.contains(i) && !x.dims().get(i).constant()) {
                throw new UnsupportedException("an axis of the batch");
            }
            if (gone.contains(i) && !one) {
                throw new IllegalArgumentException(
                        String.format("expected size 1 at axis %d, got %s", i, x.dims()));
            }
            if (!gone.contains(i) && !(axes == null && one)) {
                dims.add(x.dims().get(i));
            }
        }
        return call.viewed(x, dims);
    }

    private static Value unsqueeze(Call call) {
        Value x = call.value(0);
        List<Long> axes = call.attributeOrInput("axes", 1);
        if (axes == null) {
            throw new IllegalArgumentException("expected axes, got none");
        }
        int rank = x.rank() + axes.size();
        TreeSet<Integer> added = new TreeSet<>();
        axes.forEach(axis -> added.add(Value.axis(axis, rank)));
        if (added.size() != axes.size()) {
            throw new IllegalArgumentException("expected different axes, got " + axes);
        }
        List<Dim> dims = new ArrayList<>(x.dims());
        added.forEach(axis -> dims.add(axis, Dim.of(1)));
        return call.viewed(x, dims);
    }

    private static Value transpose(Call call) {
        Value x = call.value(0);
        List<Long> perm = call.integers("perm");
        List<Integer> order = new ArrayList<>();
        if (perm == null) {
            IntStream.range(0, x.rank()).forEach(order::add);
            Collections.reverse(order);
        } else {
            perm.forEach(axis -> order.add(x.axis(axis)));
        }
        if (order.size() != x.rank() || order.stream().distinct().count() != x.rank()) {
            throw new IllegalArgumentException(
                    String.format("expected each axis of %s once, got %s", x.dims(), order));
        }
        return call.permuted(x, order);
    }

    private static Value cast(Call call) {
        boolean whole = KnownOperators.whole(call.integer("to", 1));
        Value x = call.value(0);
        if (x instanceof Constant constant) {
            return Folding.cast(constant, whole);
        }
        if (x.whole() != whole) {
            throw new UnsupportedException("another kind of numbers");
        }
        return x;
    }

    private static Flow depthToSpace(Call call) {
        Flow x = call.flow(0);
        Dim block = Dim.of(block(call, x));
        Dim channels = x.dims().get(1).over(block.times(block));
        Dim height = x.dims().get(2);
        Dim width = x.dims().get(3);
        Dim batch = x.dims().get(0);
        call.expect("mode", "DCR", "CRD");
        boolean depth = call.text("mode", "DCR").equals("DCR");
        Flow apart =
                call.viewed(
                        x,
                        depth
                                ? List.of(batch, block, block, channels, height, width)
                                : List.of(batch, channels, block, block, height, width));
        Flow moved =
                call.permuted(apart, depth ? List.of(0, 3, 4, 1, 5, 2) : List.of(0, 1, 4, 2, 5, 3));
        return call.viewed(
                moved, List.of(batch, channels, height.times(block), width.times(block)));
    }

    private static int block(Call call, Flow x) {
        int block = call.size("blocksize", 0);
        if (x.rank() != 4 || x.batchAxis() != 0 || block < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected input (N, C, H, W) and a block size, got %s and %d",
                            x.dims(), block));
        }
        return block;
    }

    private static Flow spaceToDepth(Call call) {
        Flow x = call.flow(0);
        Dim block = Dim.of(block(call, x));
        Dim batch = x.dims().get(0);
        Dim channels = x.dims().get(1);
        Dim height = x.dims().get(2).over(block);
        Dim width = x.dims().get(3).over(block);
        Flow apart = call.viewed(x, List.of(batch, channels, height, block, width, block));
        call.expect("mode", "DCR", "CRD");
        boolean depth = call.text("mode", "DCR").equals("DCR");
        Flow moved =
                call.permuted(apart, depth ? List.of(0, 3, 5, 1, 2, 4) : List.of(0, 1, 3, 5, 2, 4));
        return call.viewed(
                moved, List.of(batch, channels.times(block).times(block), height, width));
    }
}
