package io.retrograd.onnx;

import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Offset;
import io.retrograd.layer.Pad;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.operation.PadSpec;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operators that take parts of an input, or put parts together. */
final class PartOperators {
    static final Map<String, Operator> ALL =
            Map.ofEntries(
                    Map.entry("Slice", Operator.one(PartOperators::slice)),
                    Map.entry("Split", PartOperators::split),
                    Map.entry("Gather", Operator.one(PartOperators::gather)),
                    Map.entry("GatherND", Operator.one(FixedSums::gathered)),
                    Map.entry("Concat", Operator.one(PartOperators::concat)),
                    Map.entry("Expand", Operator.one(PartOperators::expand)),
                    Map.entry("Pad", Operator.one(PartOperators::pad)),
                    Map.entry("Resize", Operator.one(Resizes::resize)),
                    Map.entry("Upsample", Operator.one(Resizes::resize)));

    /** Fewer parts than these are put together one by one. */
    private static final int MOST_PARTS = 64;

    private PartOperators() {}

    private static Value slice(Call call) {
        Value x = call.value(0);
        List<Long> starts = call.attributeOrInput("starts", 1);
        List<Dim> ends = ends(call);
        List<Long> axes = call.attributeOrInput("axes", 3);
        List<Long> steps = call.has(4) ? call.known(4).values() : null;
        if (starts == null
                || starts.size() != ends.size()
                || (axes != null && axes.size() != starts.size())
                || (steps != null && steps.size() != starts.size())) {
            throw new IllegalArgumentException("expected as many starts, ends, axes and steps");
        }
        Value y = x;
        for (int i = 0; i < starts.size(); i++) {
            int axis = x.axis(axes == null ? i : axes.get(i));
            y = sliced(call, y, axis, starts.get(i), ends.get(i), steps == null ? 1 : steps.get(i));
        }
        return y;
    }

    private static List<Dim> ends(Call call) {
        List<Long> given = call.integers("ends");
        return given == null ? call.known(2).elements() : given.stream().map(Dim::of).toList();
    }

    private static Value sliced(Call call, Value x, int axis, long start, Dim end, long step) {
        Dim size = x.dims().get(axis);
        boolean all =
                start == 0
                        && step == 1
                        && (end.equals(size)
                                || (end.constant() && end.fixed() >= Integer.MAX_VALUE));
        if (all) {
            return x;
        }
        if (step == 0) {
            throw new IllegalArgumentException("expected a step, got 0");
        }
        long in = size.value();
        long first = step > 0 ? bound(start, in, 0, in) : bound(start, in, 0, in - 1);
        long stop = step > 0 ? bound(end.value(), in, 0, in) : bound(end.value(), in, -1, in - 1);
        long count = Math.max(0, -Math.floorDiv(first - stop, step));
        if (x instanceof Constant constant) {
            return taken(constant, axis, Dim.of(count), i -> (int) (first + i * step));
        }
        Flow flow = (Flow) x;
        if (count == 0 || step < 0) {
            throw new UnsupportedException(count == 0 ? "an empty result" : "step " + step);
        }
        int reach = Math.toIntExact((count - 1) * step + 1);
        Flow part = reach == in ? flow : call.layer(new Narrow(axis, (int) first, reach), flow);
        return step == 1 ? part : strided(call, part, axis, Math.toIntExact(step));
    }

    private static long bound(long index, long size, long least, long most) {
        return Math.max(least, Math.min(most, index < 0 ? index + size : index));
    }

    /** Elements of these indices along an axis. */
    private static Constant taken(Constant x, int axis, Dim count, IntUnaryOperator index) {
        List<Dim> dims = new ArrayList<>(x.dims());
        dims.set(axis, count);
        if (x.uniform()) {
            return x.gathered(dims, i -> 0);
        }
        int inner = Value.product(x.dims(), axis + 1, x.rank()).size();
        int size = x.dims().get(axis).size();
        int length = count.size();
        return x.gathered(
                dims,
                i -> {
                    int outer = i / inner / length;
                    int at = index.applyAsInt(i / inner % length);
                    return (outer * size + at) * inner + i % inner;
                });
    }

    /** Every so many'th element along an axis: a pooling over windows of one. */
    private static Flow strided(Call call, Flow x, int axis, int step) {
        int batch = x.batchAxis();
        if (batch == axis) {
            throw new UnsupportedException("a step in the batch");
        }
        List<Integer> order = new ArrayList<>(List.of(batch));
        IntStream.range(0, x.rank()).filter(i -> i != batch && i != axis).forEach(order::add);
        order.add(axis);
        Flow moved = call.permuted(x, order);
        int last = x.rank() - 1;
        List<Dim> lines =
                List.of(
                        moved.dims().get(0),
                        Value.product(moved.dims(), 1, last),
                        moved.dims().get(last));
        Flow y = call.layer(new AvgPool1d(1).stride(step), call.viewed(moved, lines));
        List<Dim> dims = new ArrayList<>(moved.dims());
        dims.set(last, y.dims().get(2));
        List<Integer> back = IntStream.range(0, x.rank()).boxed().map(order::indexOf).toList();
        return call.permuted(call.viewed(y, dims), back);
    }

    private static List<@Nullable Value> split(Call call) {
        Value x = call.value(0);
        int axis = x.axis(call.integer("axis", 0));
        int parts = call.node().getOutputCount();
        long in = x.dims().get(axis).value();
        List<Long> sizes = call.attributeOrInput("split", 1);
        if (sizes == null) {
            long each = -Math.floorDiv(-in, (long) parts);
            sizes = new ArrayList<>(Collections.nCopies(parts, each));
            sizes.set(parts - 1, in - each * (parts - 1));
        }
        if (sizes.size() != parts
                || sizes.stream().mapToLong(Long::longValue).sum() != in
                || sizes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    String.format("expected %d parts of %d, got %s", parts, in, sizes));
        }
        List<@Nullable Value> all = new ArrayList<>();
        long start = 0;
        for (int i = 0; i < parts; i++) {
            long end = start + sizes.get(i);
            all.add(call.wanted(i) ? sliced(call, x, axis, start, Dim.of(end), 1) : null);
            start = end;
        }
        return all;
    }

    private static Value gather(Call call) {
        Value x = call.value(0);
        if (x instanceof Constant table && call.value(1) instanceof Flow tokens) {
            return embedding(call, table, tokens);
        }
        int axis = x.axis(call.integer("axis", 0));
        Constant indices = call.known(1);
        long in = x.dims().get(axis).value();
        List<Integer> at =
                indices.values().stream().map(index -> Value.axis(index, (int) in)).toList();
        Value y;
        if (x instanceof Constant constant) {
            y = taken(constant, axis, Dim.of(at.size()), at::get);
        } else {
            y = runs(call, call.flow(0), axis, at);
        }
        List<Dim> dims = new ArrayList<>(x.dims().subList(0, axis));
        dims.addAll(indices.dims());
        dims.addAll(x.dims().subList(axis + 1, x.rank()));
        return call.viewed(y, dims);
    }

    /** Elements of these indices along an axis, neighbours together. */
    static Flow runs(Call call, Flow x, int axis, List<Integer> at) {
        List<Flow> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= at.size(); i++) {
            if (i == at.size() || at.get(i) != at.get(i - 1) + 1) {
                parts.add(call.layer(new Narrow(axis, at.get(from), i - from), x));
                from = i;
            }
        }
        if (parts.size() > MOST_PARTS) {
            return FixedSums.along(
                    call, x, axis, at.size(), (in, out) -> at.get(out) == in ? 1 : 0);
        }
        if (parts.isEmpty()) {
            throw new UnsupportedException("an empty result");
        }
        return call.joined(parts, axis);
    }

    private static Flow embedding(Call call, Constant table, Flow tokens) {
        if (!tokens.whole() || table.rank() != 2 || call.integer("axis", 0) != 0) {
            throw new UnsupportedException(
                    String.format("a table %s and indices %s", table.dims(), tokens.dims()));
        }
        Embedding layer = new Embedding(table.dims().get(0).size(), table.dims().get(1).size());
        return call.layer(layer, tokens, Parameter.of("weight", table));
    }

    private static Value concat(Call call) {
        List<Value> all = call.values();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("expected an input, got none");
        }
        int axis = all.get(0).axis(call.integer("axis", 1));
        if (all.stream().anyMatch(Flow.class::isInstance)) {
            List<Flow> flows = new ArrayList<>();
            Flow some =
                    call.flow(
                            all.indexOf(
                                    all.stream()
                                            .filter(Flow.class::isInstance)
                                            .findFirst()
                                            .orElseThrow()));
            for (int i = 0; i < all.size(); i++) {
                flows.add(
                        call.constant(i)
                                ? Arithmetic.repeated(call, call.known(i), some.batchAxis(), some)
                                : call.flow(i));
            }
            return call.joined(flows, axis);
        }
        List<Constant> parts = all.stream().map(Constant.class::cast).toList();
        return axis == 0 && parts.stream().allMatch(part -> part.rank() == 1 && part.whole())
                ? Constant.wholes(parts.stream().flatMap(part -> part.elements().stream()).toList())
                : tensors(parts, axis);
    }

    private static Constant tensors(List<Constant> parts, int axis) {
        Constant first = parts.get(0);
        int inner = Value.product(first.dims(), axis + 1, first.rank()).size();
        int[] ends = new int[parts.size()];
        int sum = 0;
        int depth = 0;
        for (int i = 0; i < parts.size(); i++) {
            Constant part = parts.get(i);
            List<Dim> rest = new ArrayList<>(part.dims());
            if (part.rank() == first.rank()) {
                rest.set(axis, first.dims().get(axis));
            }
            if (!rest.equals(first.dims()) || part.whole() != first.whole()) {
                throw new UnsupportedException("constants " + first.dims() + " and " + part.dims());
            }
            sum = Math.addExact(sum, part.dims().get(axis).size());
            depth = Math.max(depth, part.depth());
            ends[i] = sum;
        }
        int length = sum;
        List<Dim> dims = new ArrayList<>(first.dims());
        dims.set(axis, Dim.of(length));
        IntUnaryOperator part =
                i -> {
                    int at = i / inner % length;
                    int found = 0;
                    while (at >= ends[found]) {
                        found++;
                    }
                    return found;
                };
        IntBinaryOperator index =
                (i, found) -> {
                    int before = found == 0 ? 0 : ends[found - 1];
                    int own = i / inner % length - before;
                    int outer = i / inner / length;
                    return (outer * (ends[found] - before) + own) * inner + i % inner;
                };
        if (first.whole()) {
            return Constant.wholes(
                    dims,
                    depth,
                    i -> {
                        int found = part.applyAsInt(i);
                        return parts.get(found).element(index.applyAsInt(i, found));
                    });
        }
        return Constant.reals(
                dims,
                depth,
                i -> {
                    int found = part.applyAsInt(i);
                    return parts.get(found).real(index.applyAsInt(i, found));
                });
    }

    private static Value expand(Call call) {
        Value x = call.value(0);
        List<Dim> target = new ArrayList<>(call.known(1).elements());
        long batch = call.fixedBatch();
        int more = target.size() - x.rank();
        if (x instanceof Flow flow && batch > 0 && flow.batchAxis() + more >= 0) {
            int own = flow.batchAxis() + more;
            if (target.get(own).equals(Dim.of(batch))) {
                target.set(own, flow.dims().get(flow.batchAxis()));
            }
        } else if (batch > 1 && more == 0 && x.dims().get(0).equals(Dim.of(1))) {
            target.set(0, target.get(0).equals(Dim.of(batch)) ? Dim.BATCH : target.get(0));
        }
        List<Dim> dims = Folding.broadcast(x.dims(), target);
        if (x instanceof Constant constant) {
            if (constant.uniform()) {
                return constant.gathered(dims, i -> 0);
            }
            List<Dim> one = dims.stream().map(dim -> dim.constant() ? dim : Dim.of(1)).toList();
            int[] sizes = one.stream().mapToInt(Dim::size).toArray();
            int[] steps = Folding.steps(constant, sizes.length);
            return constant.count().equals(Value.product(one, 0, one.size()))
                    ? constant.reshaped(one)
                    : constant.gathered(one, i -> Constant.index(i, sizes, steps));
        }
        if (dims.equals(x.dims())) {
            return x;
        }
        List<Integer> sizes = dims.stream().map(dim -> dim.constant() ? dim.size() : 1).toList();
        List<Dim> raised = new ArrayList<>(Collections.nCopies(dims.size() - x.rank(), Dim.of(1)));
        raised.addAll(x.dims());
        return call.layer(
                new Offset(Shape.of(sizes), /* trained= */ false),
                call.viewed(call.flow(0), raised),
                Parameter.of("bias", 0));
    }

    private static Flow pad(Call call) {
        Flow x = call.flow(0);
        List<Long> pads =
                call.hasAttribute("paddings")
                        ? call.integers("paddings")
                        : call.attributeOrInput("pads", 1);
        List<Long> axes = call.has(3) ? call.known(3).values() : null;
        int count = axes == null ? x.rank() : axes.size();
        if (pads == null || pads.size() != 2 * count) {
            throw new IllegalArgumentException(
                    String.format("expected %d pads, got %s", 2 * count, pads));
        }
        List<Integer> begin = new ArrayList<>(Collections.nCopies(x.rank(), 0));
        List<Integer> end = new ArrayList<>(Collections.nCopies(x.rank(), 0));
        for (int i = 0; i < count; i++) {
            int axis = axes == null ? i : x.axis(axes.get(i));
            begin.set(axis, Math.toIntExact(pads.get(i)));
            end.set(axis, Math.toIntExact(pads.get(count + i)));
        }
        if (begin.get(x.batchAxis()) != 0 || end.get(x.batchAxis()) != 0) {
            throw new UnsupportedException("pads of the batch");
        }
        PadSpec.Mode mode =
                switch (call.text("mode", "constant")) {
                    case "constant" -> PadSpec.Mode.CONSTANT;
                    case "reflect" -> PadSpec.Mode.REFLECT;
                    case "edge" -> PadSpec.Mode.REPLICATE;
                    default ->
                            throw new UnsupportedException(
                                    "mode " + TensorReader.quoted(call.text("mode", "")));
                };
        double value = call.has(2) ? call.known(2).scalar() : call.real("value", 0);
        boolean none =
                begin.stream().allMatch(pad -> pad == 0) && end.stream().allMatch(pad -> pad == 0);
        return none
                ? x
                : call.layer(new Pad(new PadSpec(mode, value, Window.amounts(begin, end))), x);
    }
}
