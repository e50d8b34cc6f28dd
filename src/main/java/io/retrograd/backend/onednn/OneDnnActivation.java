package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_alg_kind_undef;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_min;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_elu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_hardswish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_swish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.KinkLedger;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x)}, {@code dx = f'(x)·dy}, element by element, in x's layout.
 *
 * <p>oneDNN computes what it computes to the last places; all else are {@link Curves} in Java. How
 * far each is off stands on the site's page of numerics.
 */
final class OneDnnActivation extends OneDnnOp {
    private final ActivationSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnActivation(Elementwise.Activation o) {
        super(o, "activation " + o.spec() + o.x().shape());
        spec = o.spec();
        x = own(o.x());
        y = own(o.y());
    }

    /** Whether it is {@code max(0, x)}. */
    boolean relu() {
        return spec.kind() == ActivationSpec.Kind.RELU;
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        Curve curve = Function.of(spec).curve;
        if (curve == null) {
            list(planner);
        } else {
            list(planner, new CurveLoop(curve, engine()));
        }
    }

    private void list(Planner planner) {
        forwardPass().add(spec.kind() == ActivationSpec.Kind.HARDSWISH ? hardswish() : eltwise());
        forwardPass().reads(x);
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            listBackward(planner, dx);
        }
    }

    private Primitive eltwise() {
        Function function = Function.of(spec);
        Layout layout = x.layout();
        return Primitive.of(
                        engine(),
                        "eltwise forward",
                        (description, attributes) ->
                                function.describeForward(description, engine(), layout, attributes))
                .with(DNNL_ARG_SRC, x)
                .with(DNNL_ARG_DST, y);
    }

    /** x·(clamp(x + 3, 0, 6)/6); oneDNN's x/6 + 1/2 loses digits near −3. */
    private Primitive hardswish() {
        return new Binary(dnnl_binary_min, x, x)
                .eltwise(dnnl_eltwise_linear, 1, 3)
                .eltwise(dnnl_eltwise_clip_v2, 0, 6)
                .times(1.0 / 6)
                .with(dnnl_binary_mul, x)
                .into(y, "hardswish");
    }

    /** dy/(1 + e^−x); oneDNN's own is less exact. */
    private Primitive softplusBackward(OneDnnTensor dx) {
        return new Binary(dnnl_binary_min, x, x)
                .eltwise(dnnl_eltwise_logistic, 0, 0)
                .with(dnnl_binary_mul, y.requireGradient())
                .into(dx, "softplus backward");
    }

    private void listBackward(Planner planner, OneDnnTensor dx) {
        Function function = Function.of(spec);
        OneDnnTensor data = function.fromOutput ? y : x;
        backwardPass().add(backward(function, data, y.requireGradient(), dx));
        backwardPass().reads(data);
        planner.overwrite(dx, y.requireGradient());
    }

    /** Lists forward in Java, and backward where Java has it. */
    private void list(Planner planner, CurveLoop loop) {
        Layout layout = loop.takes(x.layout()) ? x.layout() : x.plain();
        OneDnnTensor from = forwardPass().in(x, layout);
        OneDnnTensor to = forwardPass().out(y, layout);
        loop.listForward(forwardPass(), from, to);
        forwardPass().store(to, y);
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        if (spec.kind() == ActivationSpec.Kind.SOFTPLUS) {
            backwardPass().add(softplusBackward(dx));
            backwardPass().reads(x);
            planner.overwrite(dx, y.requireGradient());
            return;
        }
        if (!loop.hasSlope()) {
            listBackward(planner, dx);
            return;
        }
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor values = backwardPass().in(x, layout);
        OneDnnTensor gradient = backwardPass().in(dy, layout);
        OneDnnTensor out = backwardPass().out(dx, layout);
        loop.listBackward(backwardPass(), values, gradient, out);
        backwardPass().store(out, dx);
        planner.overwrite(dx, dy);
    }

    /**
     * The gradient through a ReLU from the sign of its output, as the first step of a backward.
     *
     * @param y the ReLU's output
     * @param dx the gradient, in y's layout
     */
    static void reluBackward(Planner planner, Pass backward, OneDnnTensor y, OneDnnTensor dx) {
        OneDnnTensor dy = y.requireGradient();
        Function relu = Function.of(ActivationSpec.of(ActivationSpec.Kind.RELU));
        backward.add(backward(relu, y, dy, dx));
        backward.reads(y);
        backward.borrow(dx);
        planner.overwrite(dx, dy);
    }

    /** Backward; oneDNN asks for the description of a forward, which need not be made. */
    private static Primitive backward(
            Function function, OneDnnTensor data, OneDnnTensor dy, OneDnnTensor dx) {
        Engine engine = data.engine();
        Layout layout = data.layout();
        dnnl_primitive_desc forward = new dnnl_primitive_desc();
        try (Attributes plain = new Attributes(engine)) {
            Dnnl.check(
                    function.describeForward(forward, engine, layout, plain.handle()),
                    "eltwise forward");
            return Primitive.of(
                            engine,
                            "eltwise backward",
                            (description, attributes) ->
                                    dnnl_eltwise_backward_primitive_desc_create(
                                            description,
                                            engine.handle(),
                                            function.algorithm,
                                            layout.descriptor(),
                                            layout.descriptor(),
                                            layout.descriptor(),
                                            Dnnl.float32(function.alpha),
                                            Dnnl.float32(function.beta),
                                            forward,
                                            attributes))
                    .with(function.fromOutput ? DNNL_ARG_DST : DNNL_ARG_SRC, data)
                    .with(DNNL_ARG_DIFF_DST, dy)
                    .with(DNNL_ARG_DIFF_SRC, dx);
        } finally {
            dnnl_primitive_desc_destroy(forward);
        }
    }

    /**
     * oneDNN's function, whether its backward takes y in place of x, and the curve in Java that
     * replaces its forward, or all of it where the curve has the derivative.
     */
    private record Function(
            int algorithm, double alpha, double beta, boolean fromOutput, @Nullable Curve curve) {
        static Function of(ActivationSpec spec) {
            double a = spec.alpha();
            return switch (spec.kind()) {
                case RELU -> fromOutput(dnnl_eltwise_relu_use_dst_for_bwd);
                case LEAKY_RELU -> fromInput(dnnl_eltwise_relu, a, 0, null);
                case ELU -> fromInput(dnnl_eltwise_elu, a, 0, new Curves.Elu(Dnnl.float32(a)));
                case SIGMOID -> fromOutput(dnnl_eltwise_logistic_use_dst_for_bwd);
                case TANH -> fromOutput(dnnl_eltwise_tanh_use_dst_for_bwd);
                case SOFTPLUS -> inJava(new Curves.Softplus());
                case SOFTSIGN -> inJava(new Curves.Softsign());
                case SILU -> fromInput(dnnl_eltwise_swish, 1, 0, null);
                case GELU -> inJava(new Gelu());
                case MISH -> inJava(new Curves.Mish());
                case HARDTANH -> fromInput(dnnl_eltwise_clip_v2, -1, 1, new Curves.Clamp(-1, 1));
                case RELU6 -> fromInput(dnnl_eltwise_clip_v2, 0, 6, new Curves.Clamp(0, 6));
                case SELU ->
                        inJava(
                                new Curves.ScaledElu(
                                        (float) ActivationSpec.SELU_ALPHA,
                                        (float) ActivationSpec.SELU_SCALE,
                                        /* width= */ 1));
                case CELU ->
                        inJava(
                                new Curves.ScaledElu(
                                        Dnnl.float32(a), /* scale= */ 1, Dnnl.float32(a)));
                case HARDSIGMOID -> inJava(new Curves.Hardsigmoid());
                case LOGSIGMOID -> inJava(new Curves.Logsigmoid());
                case TANHSHRINK -> inJava(new Curves.Tanhshrink());
                case GELU_TANH -> inJava(new GeluTanh());
                case HARDSWISH -> fromInput(dnnl_eltwise_hardswish, 1.0 / 6, 0.5, null);
            };
        }

        int describeForward(
                dnnl_primitive_desc description,
                Engine engine,
                Layout layout,
                dnnl_primitive_attr attributes) {
            return dnnl_eltwise_forward_primitive_desc_create(
                    description,
                    engine.handle(),
                    dnnl_forward_training,
                    algorithm,
                    layout.descriptor(),
                    layout.descriptor(),
                    Dnnl.float32(alpha),
                    Dnnl.float32(beta),
                    attributes);
        }

        private static Function fromOutput(int algorithm) {
            return new Function(algorithm, 0, 0, /* fromOutput= */ true, null);
        }

        private static Function fromInput(
                int algorithm, double alpha, double beta, @Nullable Curve curve) {
            return new Function(algorithm, alpha, beta, /* fromOutput= */ false, curve);
        }

        private static Function inJava(Curve curve) {
            return fromInput(dnnl_alg_kind_undef, 0, 0, curve);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : x.toArray()) {
            ledger.add(spec.piece(value));
        }
    }
}
