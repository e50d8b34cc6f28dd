package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Join;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Permute;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.View;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The network in the making. Moves that undo each other are left out. */
final class Assembly {
    private static final Dim ONE = Dim.of(1);

    private final List<Part> parts = new ArrayList<>();
    private @Nullable Flow latest;
    private final Map<Part, End> ends = new HashMap<>();

    /** All parts, each behind those that it reads. */
    List<Part> parts() {
        return parts;
    }

    private Flow add(Part part, List<Dim> dims, boolean whole) {
        parts.add(part);
        Flow flow = new Flow(part, dims, whole);
        if (!whole && !(part.function() instanceof Unfinished) && dims.contains(Dim.BATCH)) {
            latest = flow;
        }
        return flow;
    }

    /** The last real numbers of each sample; null if there are none yet. */
    @Nullable Flow latest() {
        return latest;
    }

    /** An input of the network. */
    Flow input(String name, List<Dim> dims, boolean whole) {
        return add(
                new Part(null, List.of(), List.of(), List.of(PartNames.plain(name)), name),
                dims,
                whole);
    }

    /** A layer. */
    Flow layer(NodeProto node, Layer layer, Flow x, Parameter... parameters) {
        List<Dim> dims = through(n -> layer.outputShape(x.at(n)));
        return part(node, layer, List.of(x), dims, parameters);
    }

    /** A join. */
    Flow join(NodeProto node, Join join, List<Flow> from, Parameter... parameters) {
        List<Dim> dims =
                through(n -> join.joinedShape(from.stream().map(flow -> flow.at(n)).toList()));
        return part(node, join, from, dims, parameters);
    }

    /**
     * What there is no layer for, unless with what reads it: refused if it stays a part of the
     * network.
     */
    Flow pending(NodeProto node, Unfinished function, List<Dim> dims, Flow... inputs) {
        return part(node, function, List.of(inputs), dims);
    }

    /** What is named by its kind alone. */
    record Pending(String kind) implements Unfinished {
        @Override
        public String text() {
            return kind;
        }
    }

    /**
     * Where sequences end.
     *
     * @param padding the token of which only more follow
     */
    record End(int padding, Flow tokens) {}

    /** Has the sequences of a part end before their padding. */
    void ends(Part part, End end) {
        ends.put(part, end);
    }

    /** Where the sequences of a part end; null if with their last step. */
    @Nullable End end(Part part) {
        return ends.get(part);
    }

    private Flow part(
            NodeProto node,
            Object function,
            List<Flow> from,
            List<Dim> dims,
            Parameter... parameters) {
        List<Parameter> all = List.of(parameters);
        return add(
                new Part(function, from, all, PartNames.of(node, all), PartNames.where(node)),
                dims,
                /* whole= */ false);
    }

    private static List<Dim> through(Function<Integer, Shape> shape) {
        Shape one = shape.apply(1);
        Shape two = shape.apply(2);
        Shape three = shape.apply(3);
        List<Dim> dims = new ArrayList<>();
        int growing = 0;
        for (int i = 0; i < one.rank(); i++) {
            Dim dim = Dim.through(one.dim(i), two.dim(i));
            if (dim.at(3) != three.dim(i) || (!dim.constant() && !dim.batch())) {
                throw new UnsupportedException("sizes that depend on the batch");
            }
            growing += dim.constant() ? 0 : 1;
            dims.add(dim);
        }
        if (growing != 1) {
            throw new UnsupportedException("a result without one dimension for the batch");
        }
        return dims;
    }

    /** Dimensions in another order. */
    Flow permuted(NodeProto node, Flow x, List<Integer> order) {
        if (x.from().function() instanceof Permute before) {
            Flow base = x.from().from().get(0);
            return permuted(node, base, order.stream().map(before.dims()::get).toList());
        }
        List<Integer> moved =
                order.stream().filter(axis -> !x.dims().get(axis).equals(ONE)).toList();
        if (moved.stream().sorted().toList().equals(moved)) {
            return viewed(node, x, order.stream().map(x.dims()::get).toList());
        }
        return layer(node, new Permute(order), x);
    }

    /** The elements in another shape. */
    Flow viewed(NodeProto node, Flow x, List<Dim> dims) {
        if (dims.equals(x.dims())) {
            return x;
        }
        if (!Value.product(dims, 0, dims.size()).equals(x.count())) {
            throw new IllegalArgumentException(
                    String.format("expected as many elements as %s, got %s", x.dims(), dims));
        }
        Part from = x.from();
        if (from.function() instanceof Reshape
                || from.function() instanceof View
                || from.function() instanceof Flatten) {
            return viewed(node, from.from().get(0), dims);
        }
        if (from.function() instanceof Permute permute) {
            Flow early = before(node, permute.dims(), from.from().get(0), x, dims);
            if (early != null) {
                return early;
            }
        }
        return layer(node, view(x, dims), x);
    }

    private static Layer view(Flow x, List<Dim> dims) {
        int growing = (int) dims.stream().filter(dim -> !dim.constant()).count();
        if (growing != 1 || !dims.stream().allMatch(dim -> dim.constant() || dim.batch())) {
            throw new UnsupportedException("a shape without one dimension for the batch, " + dims);
        }
        boolean keeps = dims.get(0).equals(Dim.BATCH) && x.dims().get(0).equals(Dim.BATCH);
        if (keeps && dims.size() == 2) {
            return new Flatten();
        }
        if (keeps && dims.size() > 2) {
            return new Reshape(Shape.of(dims.stream().skip(1).map(Dim::size).toList()));
        }
        return new View(dims.stream().map(dim -> dim.constant() ? dim.size() : -1).toList());
    }

    /** The view before the permutation, where it leaves that nothing or less to do; else null. */
    private @Nullable Flow before(
            NodeProto node, List<Integer> order, Flow base, Flow x, List<Dim> dims) {
        if (without(dims).equals(without(x.dims())) && base.dims().contains(ONE)) {
            List<Integer> kept =
                    IntStream.range(0, base.rank())
                            .boxed()
                            .filter(axis -> !base.dims().get(axis).equals(ONE))
                            .toList();
            List<Integer> left = order.stream().filter(kept::contains).map(kept::indexOf).toList();
            Flow plain = viewed(node, base, without(base.dims()));
            return viewed(node, permuted(node, plain, left), dims);
        }
        int moved = order.size();
        while (moved > 0 && order.get(moved - 1) == moved - 1) {
            moved--;
        }
        boolean tail =
                moved < order.size()
                        && dims.size() > moved
                        && dims.subList(0, moved).equals(x.dims().subList(0, moved));
        if (!tail) {
            return null;
        }
        List<Dim> early = new ArrayList<>(base.dims().subList(0, moved));
        early.addAll(dims.subList(moved, dims.size()));
        List<Integer> late = new ArrayList<>(order.subList(0, moved));
        IntStream.range(moved, dims.size()).forEach(late::add);
        return permuted(node, viewed(node, base, early), late);
    }

    /** An output with the batch's dimension as the first. */
    Flow batchFirst(Flow x) {
        int batch = x.batchAxis();
        if (!x.dims().get(batch).equals(Dim.BATCH)) {
            throw new UnsupportedException("an output of samples and others in one dimension");
        }
        List<Integer> order = new ArrayList<>(List.of(batch));
        IntStream.range(0, x.rank()).filter(axis -> axis != batch).forEach(order::add);
        return permuted(NodeProto.newBuilder().setOpType("Transpose").build(), x, order);
    }

    private static List<Dim> without(List<Dim> dims) {
        return dims.stream().filter(dim -> !dim.equals(ONE)).toList();
    }
}
