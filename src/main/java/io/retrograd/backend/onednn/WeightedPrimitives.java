package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;

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
    private final OneDnnTensor w;

    WeightedPrimitives(String name, OneDnnTensor w) {
        this.engine = w.engine();
        this.name = name;
        this.w = w;
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
     * What forward does to its result before it stores it: adds a tensor, takes {@code max(0, z)}.
     */
    record Then(boolean add, boolean relu) {
        static final Then NOTHING = new Then(/* add= */ false, /* relu= */ false);
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
            @Nullable Primitive primitive, Predicate<Primitive> bad) {
        Primitive candidate = primitive;
        while (candidate != null && bad.test(candidate)) {
            candidate = candidate.other();
        }
        return candidate;
    }

    final Engine engine() {
        return engine;
    }

    /** Forward; null if oneDNN lacks it in these layouts. */
    final @Nullable Primitive forward(WeightedOp.Way way, Then then) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        Descriptors with = descriptors(way, engine.precision().type());
        try (Attributes attributes = new Attributes(engine)) {
            if (then.add) {
                attributes.binary(dnnl_binary_add, with.dst());
            }
            if (then.relu) {
                attributes.relu();
            }
            int status = describeForward(description, with, attributes.handle());
            return sound(
                    primitive(
                            status,
                            description,
                            " forward",
                            values(ProductValues.Pass.FORWARD, then.relu)),
                    this::unsafe);
        }
    }

    /** Backward by data; null if oneDNN lacks it in these layouts. */
    final @Nullable Primitive backwardData(WeightedOp.Way way) {
        dnnl_primitive_desc hint = hint();
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            int status =
                    describeBackwardData(
                            description,
                            descriptors(way, engine.precision().type()),
                            hint,
                            attributes.handle());
            return sound(
                    primitive(
                            status,
                            description,
                            " backward data",
                            values(ProductValues.Pass.BACKWARD_DATA, /* relu= */ false)),
                    this::unsafe);
        } finally {
            dnnl_primitive_desc_destroy(hint);
        }
    }

    /** Backward by weights, whose gradient is float32; null if oneDNN lacks it in these layouts. */
    final @Nullable Primitive backwardWeights(WeightedOp.Way way) {
        dnnl_primitive_desc hint = hint();
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            int status =
                    describeBackwardWeights(
                            description, descriptors(way, w.type()), hint, attributes.handle());
            return sound(
                    primitive(
                            status,
                            description,
                            " backward weights",
                            values(ProductValues.Pass.BACKWARD_WEIGHTS, /* relu= */ false)),
                    this::wrong);
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
            Descriptors free = descriptors(WeightedOp.Way.ANY, engine.precision().type());
            Dnnl.check(describeForward(description, free, attributes.handle()), name);
        }
        return description;
    }

    private @Nullable Primitive primitive(
            int status, dnnl_primitive_desc description, String pass, ProductValues values) {
        return Dnnl.unimplemented(status, name + pass)
                ? null
                : new Primitive(engine, name + pass, description).checkedBy(values);
    }
}
