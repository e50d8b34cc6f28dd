package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_elu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_gelu_erf;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_hardswish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_mish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_swish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.retrograd.backend.ActivationSpec;
import io.retrograd.backend.KinkLedger;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@code y = f(x)}, {@code dx = f'(x)·dy}, element by element, in x's layout.
 *
 * <p>Softsign, which oneDNN lacks, and softplus, for which it is off by 2e-6 and negative far below
 * 0, are computed in Java.
 */
final class OneDnnActivation extends OneDnnOp {
    /** Below it {@code log(1 + e) = e − e²/2} to 11 digits, above it log is right to as many. */
    private static final double SMALL = 1e-5;

    private final ActivationSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnActivation(ActivationSpec spec, OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), "activation " + spec + x.shape());
        this.spec = spec;
        this.x = x;
        this.y = y;
    }

    /** Whether it is {@code max(0, x)}. */
    boolean relu() {
        return spec.kind() == ActivationSpec.Kind.RELU;
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        switch (spec.kind()) {
            case SOFTPLUS ->
                    list(planner, new Loop(OneDnnActivation::softplus, OneDnnActivation::sigmoid));
            case SOFTSIGN ->
                    list(
                            planner,
                            new Loop(OneDnnActivation::softsign, OneDnnActivation::softsignSlope));
            default -> list(planner);
        }
    }

    private void list(Planner planner) {
        Primitive forward = forward(spec, x.layout(), engine());
        forwardPass().add(forward.with(DNNL_ARG_SRC, x).with(DNNL_ARG_DST, y));
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Function function = Function.of(spec);
        OneDnnTensor data = function.fromOutput ? y : x;
        backwardPass().add(backward(forward, function, data, y.requireGradient(), dx));
        backwardPass().reads(data);
        planner.overwrite(dx, y.requireGradient());
    }

    /** Lists both passes in Java. */
    private void list(Planner planner, Loop loop) {
        OneDnnTensor from = forwardPass().in(x, x.plain());
        OneDnnTensor to = forwardPass().out(y, y.plain());
        forwardPass().add("activation", () -> loop.forward(from, to));
        forwardPass().store(to, y);
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor values = backwardPass().in(x, x.plain());
        OneDnnTensor gradient = backwardPass().in(dy, y.plain());
        OneDnnTensor out = backwardPass().out(dx, x.plain());
        backwardPass().add("activation backward", () -> loop.backward(values, gradient, out));
        backwardPass().store(out, dx);
        planner.overwrite(dx, dy);
    }

    /** A function and its derivative, a chunk of elements at a time. */
    private static final class Loop {
        private static final int CHUNK = 4096;

        private final DoubleUnaryOperator value;
        private final DoubleUnaryOperator derivative;
        private final float[] xs = new float[CHUNK];
        private final float[] dys = new float[CHUNK];

        Loop(DoubleUnaryOperator value, DoubleUnaryOperator derivative) {
            this.value = value;
            this.derivative = derivative;
        }

        void forward(OneDnnTensor x, OneDnnTensor y) {
            for (int from = 0; from < y.size(); from += CHUNK) {
                int count = Math.min(CHUNK, y.size() - from);
                x.get(from, xs, count);
                for (int i = 0; i < count; i++) {
                    xs[i] = (float) value.applyAsDouble(xs[i]);
                }
                y.set(from, xs, count);
            }
        }

        void backward(OneDnnTensor x, OneDnnTensor dy, OneDnnTensor dx) {
            for (int from = 0; from < dx.size(); from += CHUNK) {
                int count = Math.min(CHUNK, dx.size() - from);
                x.get(from, xs, count);
                dy.get(from, dys, count);
                for (int i = 0; i < count; i++) {
                    dys[i] = (float) (derivative.applyAsDouble(xs[i]) * dys[i]);
                }
                dx.set(from, dys, count);
            }
        }
    }

    private static double softsign(double x) {
        return x / (1 + Math.abs(x));
    }

    private static double softsignSlope(double x) {
        double root = 1 / (1 + Math.abs(x));
        return root * root;
    }

    /** log(1 + eˣ), without overflow; a short series where 1 + e loses digits of e. */
    private static double softplus(double x) {
        if (x > ActivationSpec.SOFTPLUS_THRESHOLD) {
            return x;
        }
        double e = Math.exp(-Math.abs(x));
        return Math.max(x, 0) + (e < SMALL ? e * (1 - e / 2) : Math.log(1 + e));
    }

    /** Softplus' derivative, 1 / (1 + e⁻ˣ): in float32 the same as 1 above the threshold. */
    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * The gradient through a ReLU from the sign of its output, as the first step of a backward.
     *
     * @param y the ReLU's output
     * @param dx where the gradient goes; of y's layout
     */
    static void reluBackward(Planner planner, Pass backward, OneDnnTensor y, OneDnnTensor dx) {
        ActivationSpec relu = ActivationSpec.of(ActivationSpec.Kind.RELU);
        Primitive forward = forward(relu, y.layout(), y.engine());
        OneDnnTensor dy = y.requireGradient();
        backward.add(backward(forward, Function.of(relu), y, dy, dx));
        forward.release();
        backward.reads(y);
        backward.borrow(dx);
        planner.overwrite(dx, dy);
    }

    private static Primitive forward(ActivationSpec spec, Layout layout, Engine engine) {
        Function function = Function.of(spec);
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            Dnnl.check(
                    dnnl_eltwise_forward_primitive_desc_create(
                            description,
                            engine.handle(),
                            dnnl_forward_training,
                            function.algorithm,
                            layout.descriptor(),
                            layout.descriptor(),
                            (float) function.alpha,
                            (float) function.beta,
                            attributes.handle()),
                    "eltwise_forward");
        }
        return new Primitive(engine, "eltwise forward", description);
    }

    private static Primitive backward(
            Primitive forward,
            Function function,
            OneDnnTensor data,
            OneDnnTensor dy,
            OneDnnTensor dx) {
        Engine engine = data.engine();
        Layout layout = data.layout();
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            Dnnl.check(
                    dnnl_eltwise_backward_primitive_desc_create(
                            description,
                            engine.handle(),
                            function.algorithm,
                            layout.descriptor(),
                            layout.descriptor(),
                            layout.descriptor(),
                            (float) function.alpha,
                            (float) function.beta,
                            forward.description(),
                            attributes.handle()),
                    "eltwise_backward");
        }
        return new Primitive(engine, "eltwise backward", description)
                .with(function.fromOutput ? DNNL_ARG_DST : DNNL_ARG_SRC, data)
                .with(DNNL_ARG_DIFF_DST, dy)
                .with(DNNL_ARG_DIFF_SRC, dx);
    }

    /** oneDNN's function, and whether its backward takes y in place of x. */
    private record Function(int algorithm, double alpha, double beta, boolean fromOutput) {
        static Function of(ActivationSpec spec) {
            return switch (spec.kind()) {
                case RELU -> new Function(dnnl_eltwise_relu_use_dst_for_bwd, 0, 0, true);
                case LEAKY_RELU -> new Function(dnnl_eltwise_relu, spec.alpha(), 0, false);
                case ELU -> new Function(dnnl_eltwise_elu, spec.alpha(), 0, false);
                case SIGMOID -> new Function(dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0, true);
                case TANH -> new Function(dnnl_eltwise_tanh_use_dst_for_bwd, 0, 0, true);
                case SILU -> new Function(dnnl_eltwise_swish, 1, 0, false);
                case GELU -> new Function(dnnl_eltwise_gelu_erf, 0, 0, false);
                case MISH -> new Function(dnnl_eltwise_mish, 0, 0, false);
                case HARDTANH -> new Function(dnnl_eltwise_clip_v2, -1, 1, false);
                case HARDSWISH -> new Function(dnnl_eltwise_hardswish, 1.0 / 6, 0.5, false);
                case SOFTPLUS, SOFTSIGN -> throw new IllegalStateException(spec + " is in Java");
            };
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : x.toArray()) {
            ledger.add(spec.piece(value));
        }
    }
}
