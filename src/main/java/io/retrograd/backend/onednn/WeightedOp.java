package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import io.retrograd.operation.Products;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operation that multiplies by a weight: convolutions and the linear map, and with it perhaps
 * the sum with another tensor and the ReLU that follow.
 *
 * <pre>
 *   z = x * w + b + addend     out = max(0, z)
 *
 *   dz = dout where out &gt; 0     dx = dz * wᵀ     dw = x * dz     db = Σ dz     daddend = dz
 * </pre>
 *
 * Each pass takes the layouts that are fastest for it, the reorders that they cost counted in. The
 * weight is kept in the layout with which all three passes together are fastest.
 */
abstract class WeightedOp extends OneDnnOp {
    private final WeightedPrimitives primitives;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final @Nullable OneDnnTensor b;
    private final OneDnnTensor y;
    private @Nullable OneDnnTensor addend;
    private @Nullable OneDnnTensor sum;
    private @Nullable OneDnnTensor relu;

    WeightedOp(Products o, String signature, WeightedPrimitives primitives) {
        super(o, signature + o.x().shape() + o.w().shape() + (o.b() == null ? "" : " with bias"));
        this.primitives = primitives;
        x = own(o.x());
        w = own(o.w());
        b = ownOrNull(o.b());
        y = own(o.y());
    }

    @Override
    final boolean takeAdd(OneDnnTensor other, OneDnnTensor output) {
        if (sum != null || relu != null || !primitives.canAdd()) {
            return false;
        }
        addend = other;
        sum = output;
        return true;
    }

    @Override
    final boolean takeRelu(OneDnnTensor output) {
        relu = output;
        return true;
    }

    /** The layouts in which a primitive works. */
    enum Way {
        /** Activations as they are stored, the weight as oneDNN prefers. */
        ANY_WEIGHT,
        /** Those that the tensors are in. */
        STORED,
        /** All as oneDNN prefers. */
        ANY,
        /** Activations with channels last, the weight as oneDNN prefers. */
        CHANNELS_LAST,
        /** Through {@link Winograd}, activations with channels last. */
        WINOGRAD,
        /** By {@link JavaConvolution}, all row-major; there for every shape. */
        JAVA
    }

    @Override
    void prepare(Planner planner) {
        y.layout(primitives.outputLayout(planner.style()));
        z().layout(y.layout());
        output().layout(y.layout());
        String key =
                signature()
                        + (relu != null)
                        + (addend == null ? "" : addend.layout())
                        + x.layout()
                        + y.layout()
                        + planner.gradients()
                        + (w.gradient() == null ? " frozen" : "")
                        + (z().gradient() == null ? " without gradient" : "");
        if (!w.settled()) {
            w.layout(primitives.plainWeight());
            w.rowMajor(primitives.plainWeight());
            List<Layout> candidates = weightLayouts();
            int chosen =
                    planner.choose(
                            key + " weight",
                            candidates.size(),
                            i -> {
                                w.layout(candidates.get(i));
                                return list(planner, new Pass(engine()), new Pass(engine()), key);
                            });
            w.layout(candidates.get(chosen));
        }
        listBefore();
        list(planner, forwardPass(), backwardPass(), key);
    }

    /** Lists what has to be done before, once the weight's layout is chosen. */
    void listBefore() {}

    /** The value before the ReLU. */
    private OneDnnTensor z() {
        return sum == null ? y : sum;
    }

    private OneDnnTensor output() {
        return relu == null ? z() : relu;
    }

    private WeightedPrimitives.Then then() {
        return new WeightedPrimitives.Then(addend != null, relu != null);
    }

    /** The layout that the primitives prefer where they are free to choose; else row-major. */
    private List<Layout> weightLayouts() {
        Set<Layout> layouts = new LinkedHashSet<>();
        for (Way way : List.of(Way.ANY_WEIGHT, Way.ANY)) {
            add(layouts, primitives.forward(way, then()), DNNL_ARG_WEIGHTS);
            add(layouts, primitives.backwardWeights(way), DNNL_ARG_DIFF_WEIGHTS);
        }
        Winograd winograd = primitives.winograd();
        if (winograd != null) {
            layouts.add(winograd.weight());
        }
        if (layouts.isEmpty() || !choosesLayouts()) {
            layouts.add(primitives.plainWeight());
        }
        return new ArrayList<>(layouts);
    }

    private static void add(Set<Layout> layouts, @Nullable Primitive primitive, int argument) {
        if (primitive != null) {
            Layout layout = primitive.layout(argument);
            if (layout.type() == dnnl_f32) {
                layouts.add(layout);
            }
            primitive.release();
        }
    }

    /** Lists both passes in their fastest ways; gives the milliseconds that they take. */
    private double list(Planner planner, Pass forward, Pass backward, String prefix) {
        String key = prefix + w.layout();
        double time =
                fastest(planner, forward, key + " forward", this::listForward, this::listForward);
        if (!planner.gradients() || z().gradient() == null) {
            return time;
        }
        if (relu != null) {
            OneDnnActivation.reluBackward(planner, backward, relu, z().requireGradient());
        }
        if (addend != null) {
            OneDnnAdd.backward(planner, backward, z().requireGradient(), addend);
        }
        if (w.gradient() != null || (b != null && b.gradient() != null)) {
            time +=
                    fastest(
                            planner,
                            backward,
                            key + " backward weights",
                            this::listBackwardWeights,
                            this::listBackwardWeights);
        }
        if (x.gradient() != null) {
            time +=
                    fastest(
                            planner,
                            backward,
                            key + " backward data",
                            this::listBackwardData,
                            this::listBackwardData);
        }
        return time;
    }

    /** Lists a part of a pass as one primitive, in some layouts; false if oneDNN lacks it. */
    private interface Listing {
        boolean list(Pass pass, Way way);
    }

    /** Lists a part of a pass without a primitive of its own. */
    private interface OtherListing {
        void list(Pass pass, WeightedPasses passes);
    }

    private double fastest(
            Planner planner, Pass pass, String key, Listing primitive, OtherListing other) {
        List<Supplier<@Nullable Pass>> ways = new ArrayList<>();
        for (Way way : Way.values()) {
            ways.add(
                    () -> {
                        Pass trial = new Pass(engine());
                        return list(trial, way, primitive, other) ? trial : null;
                    });
        }
        Planner.Fastest fastest = planner.fastest(key, ways);
        list(pass, Way.values()[fastest.way()], primitive, other);
        return fastest.milliseconds();
    }

    private boolean list(Pass pass, Way way, Listing primitive, OtherListing other) {
        WeightedPasses passes =
                switch (way) {
                    case ANY_WEIGHT, STORED, ANY, CHANNELS_LAST -> null;
                    case WINOGRAD -> primitives.winograd();
                    case JAVA -> primitives.loops();
                };
        if (passes != null) {
            other.list(pass, passes);
            return true;
        }
        return way != Way.WINOGRAD && primitive.list(pass, way);
    }

    private void listForward(Pass pass, WeightedPasses passes) {
        passes.forward(pass, x, w, b, addend, output(), relu != null);
    }

    private void listBackwardData(Pass pass, WeightedPasses passes) {
        passes.backwardData(pass, z().requireGradient(), w, x.requireGradient());
    }

    private void listBackwardWeights(Pass pass, WeightedPasses passes) {
        OneDnnTensor db = b == null ? null : gradient(pass, b);
        passes.backwardWeights(pass, x, z().requireGradient(), gradient(pass, w), db);
    }

    private boolean listForward(Pass pass, Way way) {
        Primitive p = primitives.forward(way, then());
        if (p == null) {
            return false;
        }
        OneDnnTensor to = pass.out(output(), p.layout(DNNL_ARG_DST));
        p.with(DNNL_ARG_SRC, pass.in(x, p.layout(DNNL_ARG_SRC)));
        p.with(DNNL_ARG_WEIGHTS, pass.in(w, p.layout(DNNL_ARG_WEIGHTS)));
        if (b != null) {
            p.with(DNNL_ARG_BIAS, pass.in(b, p.layout(DNNL_ARG_BIAS)));
        }
        if (addend != null) {
            Layout layout = p.layout(WeightedPrimitives.ADDEND);
            p.with(WeightedPrimitives.ADDEND, pass.in(addend, layout));
        }
        pass.add(p.with(DNNL_ARG_DST, to));
        pass.store(to, output());
        return true;
    }

    private boolean listBackwardData(Pass pass, Way way) {
        Primitive p = primitives.backwardData(way);
        if (p == null) {
            return false;
        }
        OneDnnTensor dx = x.requireGradient();
        OneDnnTensor to = pass.out(dx, p.layout(DNNL_ARG_DIFF_SRC));
        p.with(DNNL_ARG_DIFF_DST, pass.in(z().requireGradient(), p.layout(DNNL_ARG_DIFF_DST)));
        p.with(DNNL_ARG_WEIGHTS, pass.in(w, p.layout(DNNL_ARG_WEIGHTS)));
        pass.add(p.with(DNNL_ARG_DIFF_SRC, to));
        pass.store(to, dx);
        return true;
    }

    private boolean listBackwardWeights(Pass pass, Way way) {
        Primitive p = primitives.backwardWeights(way);
        if (p == null) {
            return false;
        }
        OneDnnTensor dw = gradient(pass, w);
        OneDnnTensor to = pass.out(dw, p.layout(DNNL_ARG_DIFF_WEIGHTS));
        p.with(DNNL_ARG_SRC, pass.in(x, p.layout(DNNL_ARG_SRC)));
        p.with(DNNL_ARG_DIFF_DST, pass.in(z().requireGradient(), p.layout(DNNL_ARG_DIFF_DST)));
        if (b != null) {
            p.with(DNNL_ARG_DIFF_BIAS, gradient(pass, b));
        }
        pass.add(p.with(DNNL_ARG_DIFF_WEIGHTS, to));
        pass.store(to, dw);
        return true;
    }

    /** Its gradient; memory to be forgotten where nobody trains it, as one primitive gives both. */
    private static OneDnnTensor gradient(Pass pass, OneDnnTensor parameter) {
        OneDnnTensor gradient = parameter.gradient();
        return gradient == null ? pass.temporary(parameter, parameter.layout()) : gradient;
    }
}
