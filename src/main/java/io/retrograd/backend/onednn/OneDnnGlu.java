package io.retrograd.backend.onednn;

import io.retrograd.operation.Elementwise;
import java.util.Arrays;

/**
 * {@link Elementwise.Glu}, in Java, in x's layout where the dimensions only lie in another order:
 * halves lie behind each other, those of one outer position after those of another.
 */
final class OneDnnGlu extends OneDnnOp {
    private static final float LARGE = 1e30f;
    private static final int CHUNK = Curve.Room.SIZE;

    private final int dim;
    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final Room[] rooms;

    OneDnnGlu(Elementwise.Glu o) {
        super(o, "glu " + o.dim() + o.x().shape());
        dim = o.dim();
        x = own(o.x());
        y = own(o.y());
        rooms = new Room[engine().threads()];
        Arrays.setAll(rooms, i -> new Room());
    }

    /** A chunk of each half, and what comes of it. */
    private static final class Room {
        final Curve.Room curve = new Curve.Room();
        final float[] as = new float[CHUNK];
        final float[] dys = new float[CHUNK];

        /** Of b, in {@code curve.xs}, σ(b) goes to {@code curve.ys}, σ(−b) to {@code curve.dys}. */
        void gate(int n) {
            float[] bs = curve.xs;
            float[] qs = curve.rests;
            float[] ups = curve.ys;
            float[] downs = curve.dys;
            for (int i = 0; i < n; i++) {
                curve.gs[i] = Math.max(Exponential.LOWEST, -Math.abs(bs[i]));
            }
            curve.split(n);
            for (int i = 0; i < n; i++) {
                qs[i] = Exponential.of(curve.gs[i], curve.ks[i], curve.powers[i]);
            }
            // Of q and 1 what e^min(b, 0) and e^−max(b, 0) are; where b is tiny, q is 1 itself.
            for (int i = 0; i < n; i++) {
                ups[i] = Math.max(qs[i], Math.min(1, Math.max(0, bs[i] * LARGE)));
            }
            for (int i = 0; i < n; i++) {
                downs[i] = Math.max(qs[i], Math.min(1, Math.max(0, -bs[i] * LARGE)));
            }
            for (int i = 0; i < n; i++) {
                ups[i] /= 1 + qs[i];
            }
            for (int i = 0; i < n; i++) {
                downs[i] /= 1 + qs[i];
            }
        }
    }

    @Override
    void prepare(Planner planner) {
        Layout layout = OverlayLoops.layout(x, x);
        y.layout(engine().layouts().ordered(layout, y.type(), y.dims()));
        int half = half(layout);
        int outer = y.size() / half;
        OneDnnTensor from = forwardPass().in(x, layout);
        forwardPass()
                .share(
                        "glu",
                        outer,
                        x.size(),
                        (member, begin, end) -> forward(rooms[member], begin, end, half, from),
                        from,
                        y);
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor values = pass.in(x, layout);
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor to = pass.out(dx, layout);
        pass.share(
                "glu backward",
                outer,
                x.size(),
                (member, begin, end) -> backward(rooms[member], begin, end, half, values, dy, to),
                values,
                dy,
                to);
        pass.store(to, dx);
    }

    /** Neighbouring elements of a half: what lies within the dimension, in memory. */
    private int half(Layout layout) {
        long[] dims = layout.dims();
        int half = Math.toIntExact(dims[dim] / 2);
        int[] order = layout.order();
        for (int i = order.length - 1; order[i] != dim; i--) {
            half *= Math.toIntExact(dims[order[i]]);
        }
        return half;
    }

    private void forward(Room room, int begin, int end, int half, OneDnnTensor from) {
        for (int o = begin; o < end; o++) {
            for (int i = 0; i < half; i += CHUNK) {
                int n = Math.min(CHUNK, half - i);
                from.get(2 * o * half + i, room.as, n);
                from.get(2 * o * half + half + i, room.curve.xs, n);
                room.gate(n);
                for (int k = 0; k < n; k++) {
                    room.as[k] *= room.curve.ys[k];
                }
                y.set(o * half + i, room.as, n);
            }
        }
    }

    private void backward(
            Room room,
            int begin,
            int end,
            int half,
            OneDnnTensor from,
            OneDnnTensor dy,
            OneDnnTensor to) {
        float[] as = room.as;
        float[] gates = room.curve.ys;
        float[] rests = room.curve.dys;
        for (int o = begin; o < end; o++) {
            for (int i = 0; i < half; i += CHUNK) {
                int n = Math.min(CHUNK, half - i);
                from.get(2 * o * half + i, as, n);
                from.get(2 * o * half + half + i, room.curve.xs, n);
                dy.get(o * half + i, room.dys, n);
                room.gate(n);
                for (int k = 0; k < n; k++) {
                    float da = room.dys[k] * gates[k];
                    rests[k] *= da * as[k];
                    as[k] = da;
                }
                to.set(2 * o * half + i, as, n);
                to.set(2 * o * half + half + i, rests, n);
            }
        }
    }
}
