package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;

import io.retrograd.operation.Products;
import java.util.function.Predicate;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** The primitives of a {@link WeightedOp}, in the layouts of a {@link WeightedOp.Way}. */
abstract class WeightedPrimitives {
    /** The tensor that forward adds to its result. */
    static final int ADDEND = DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1;

    private final Engine engine;
    private final String name;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final @Nullable OneDnnTensor b;

    WeightedPrimitives(Products o, String name) {
        this.name = name;
        x = OneDnnOp.own(o.x());
        w = OneDnnOp.own(o.w());
        b = OneDnnOp.ownOrNull(o.b());
        engine = w.engine();
    }

    /** Its passes through Winograd's transforms, or null if there are none for it. */
    @Nullable Winograd winograd() {
        return null;
    }

    /** Its passes by loops in Java. */
    abstract JavaConvolution loops();

    /** Numbers to try a primitive of a pass with. */
    abstract ProductValues values(ProductValues.Pass pass, boolean relu);

    /** The layout for y that goes with a style. */
    abstract Layout outputLayout(Planner.Style style);

    /** The weight's row-major order in the sizes of oneDNN, groups as a dimension of their own. */
    abstract Layout plainWeight();

    /** x's layout in this way. */
    abstract dnnl_memory_desc src(WeightedOp.Way way);

    /** y's layout in this way. */
    abstract dnnl_memory_desc dst(WeightedOp.Way way);

    /** Describes forward; returns oneDNN's status. */
    abstract int describeForward(
            dnnl_primitive_desc description, Descriptors with, dnnl_primitive_attr attributes);

    /** Describes backward by data; returns oneDNN's status. */
    abstract int describeBackwardData(
            dnnl_primitive_desc description,
            Descriptors with,
            dnnl_primitive_desc hint,
            dnnl_primitive_attr attributes);

    /** Describes backward by weights; returns oneDNN's status. */
    abstract int describeBackwardWeights(
            dnnl_primitive_desc description,
            Descriptors with,
            dnnl_primitive_desc hint,
            dnnl_primitive_attr attributes);

    /** Source, weight and destination, gradients or values. */
    record Descriptors(dnnl_memory_desc src, dnnl_memory_desc weight, dnnl_memory_desc dst) {}

    /**
     * The changes that forward makes to its result before storing it: it adds a tensor, takes
     * {@code max(0, z)}.
     */
    record Then(boolean add, boolean relu) {
        static final Then NOTHING = new Then(/* add= */ false, /* relu= */ false);

        private Attributes appended(Attributes attributes, dnnl_memory_desc addend) {
            Attributes added = add ? attributes.binary(dnnl_binary_add, addend) : attributes;
            return relu ? added.relu() : added;
        }
    }

    /** Whether oneDNN has a forward that adds a tensor to its result, other than plain loops. */
    final boolean canAdd() {
        Primitive primitive =
                forward(WeightedOp.Way.ANY, new Then(/* add= */ true, /* relu= */ false));
        if (primitive == null) {
            return false;
        }
        boolean fast = !primitive.plainLoops();
        primitive.release();
        return fast;
    }

    /** Whether oneDNN is known to crash in such a case. */
    boolean unsafe(Primitive primitive) {
        return false;
    }

    /** Whether oneDNN is known to crash in this backward by weights or to compute it wrongly. */
    boolean wrong(Primitive backwardWeights) {
        return unsafe(backwardWeights);
    }

    /** The primitive by the first implementation that is not bad; null if all are. */
    private static @Nullable Primitive sound(
            @Nullable Primitive primitive, ProductValues values, Predicate<Primitive> bad) {
        Primitive candidate = primitive;
        while (candidate != null && bad.test(candidate)) {
            candidate = candidate.other();
        }
        return candidate == null ? null : candidate.checkedBy(values);
    }

    final Engine engine() {
        return engine;
    }

    final @Nullable dnnl_memory_desc bias() {
        return b == null ? null : b.plain().descriptor();
    }

    /** Forward; null if oneDNN lacks it in these layouts. */
    final @Nullable Primitive forward(WeightedOp.Way way, Then then) {
        Descriptors with = descriptors(way, x.type());
        Primitive primitive =
                Primitive.orNull(
                        engine,
                        name + " forward",
                        attributes -> then.appended(attributes, with.dst()),
                        (description, attributes) ->
                                describeForward(description, with, attributes));
        return sound(primitive, values(ProductValues.Pass.FORWARD, then.relu), this::unsafe);
    }

    /** Backward by data; null if oneDNN lacks it in these layouts. */
    final @Nullable Primitive backwardData(WeightedOp.Way way) {
        return backward(
                " backward data",
                descriptors(way, x.type()),
                this::describeBackwardData,
                ProductValues.Pass.BACKWARD_DATA,
                this::unsafe);
    }

    /** Backward by weights, whose gradient is float32; null if oneDNN lacks it in these layouts. */
    final @Nullable Primitive backwardWeights(WeightedOp.Way way) {
        return backward(
                " backward weights",
                descriptors(way, w.type()),
                this::describeBackwardWeights,
                ProductValues.Pass.BACKWARD_WEIGHTS,
                this::wrong);
    }

    /** Describes a backward; returns oneDNN's status. */
    private interface Backward {
        int describe(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes);
    }

    private @Nullable Primitive backward(
            String which,
            Descriptors with,
            Backward backward,
            ProductValues.Pass pass,
            Predicate<Primitive> bad) {
        dnnl_primitive_desc hint = hint();
        try {
            Primitive primitive =
                    Primitive.orNull(
                            engine,
                            name + which,
                            (description, attributes) ->
                                    backward.describe(description, with, hint, attributes));
            return sound(primitive, values(pass, /* relu= */ false), bad);
        } finally {
            dnnl_primitive_desc_destroy(hint);
        }
    }

    private Descriptors descriptors(WeightedOp.Way way, int weightType) {
        dnnl_memory_desc weight =
                way == WeightedOp.Way.STORED
                        ? w.layout().descriptor()
                        : engine.layouts().any(weightType, plainWeight().dims());
        return new Descriptors(src(way), weight, dst(way));
    }

    /** The forward that backward ones refer to. */
    private dnnl_primitive_desc hint() {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            Descriptors free = descriptors(WeightedOp.Way.ANY, x.type());
            Dnnl.check(describeForward(description, free, attributes.handle()), name);
        }
        return description;
    }
}
