package io.retrograd.backend.onednn;

import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary.Kind;
import org.jspecify.annotations.Nullable;

/** {@link Elementwise.Binary}, in Java, in the layout of an input that is as large as y. */
final class OneDnnBinary extends OneDnnOp {
    private final Kind kind;
    private final OneDnnTensor a;
    private final OneDnnTensor b;
    private final OneDnnTensor y;

    OneDnnBinary(Elementwise.Binary o) {
        super(o, o.kind() + " " + o.a().shape() + o.b().shape());
        kind = o.kind();
        a = own(o.a());
        b = own(o.b());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(OverlayLoops.layout(y, a, b));
        OverlayLoops loops = new OverlayLoops(engine(), y.layout());
        loops.combine(forwardPass(), "binary", a, b, y, row());
        forwardPass().writes(y);
        if (y.gradient() != null) {
            listGradient(loops, a, kind == Kind.MUL ? b : null, /* factor= */ 1);
            listGradient(loops, b, kind == Kind.MUL ? a : null, kind == Kind.SUB ? -1 : 1);
        }
    }

    private OverlayLoops.Row row() {
        return switch (kind) {
            case ADD ->
                    (as, bs, n) -> {
                        for (int i = 0; i < n; i++) {
                            as[i] += bs[i];
                        }
                    };
            case SUB ->
                    (as, bs, n) -> {
                        for (int i = 0; i < n; i++) {
                            as[i] -= bs[i];
                        }
                    };
            case MUL -> OneDnnBinary::multiply;
        };
    }

    private static void multiply(float[] as, float[] bs, int n) {
        for (int i = 0; i < n; i++) {
            as[i] *= bs[i];
        }
    }

    private void listGradient(
            OverlayLoops loops, OneDnnTensor x, @Nullable OneDnnTensor other, int factor) {
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor dy = y.requireGradient();
        if (!x.shape().equals(y.shape())) {
            OneDnnTensor to = pass.out(dx, x.plain());
            loops.sum(pass, "binary backward", dy, other, factor, to);
            pass.store(to, dx);
            return;
        }
        Layout layout = engine().layouts().ordered(y.layout(), dx.type(), dx.dims());
        OneDnnTensor to = pass.out(dx, layout);
        OverlayLoops.Row row = other == null ? scale(factor) : OneDnnBinary::multiply;
        loops.combine(pass, "binary backward", dy, other, to, row);
        pass.store(to, dx);
    }

    /** Multiplies all elements by a number. */
    static OverlayLoops.Row scale(double factor) {
        float times = (float) factor;
        return (as, bs, n) -> {
            for (int i = 0; i < n; i++) {
                as[i] *= times;
            }
        };
    }
}
