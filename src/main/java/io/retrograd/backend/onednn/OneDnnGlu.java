package io.retrograd.backend.onednn;

import io.retrograd.operation.Elementwise;
import java.util.Arrays;

/**
 * {@link Elementwise.Glu}, in Java, in x's layout where the dimensions only lie in another order:
 * halves lie behind each other, those of one outer position after those of another.
 */
final class OneDnnGlu extends OneDnnOp {
    private static final int CHUNK = 1024;

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
        final float[] as = new float[CHUNK];
        final float[] bs = new float[CHUNK];
        final float[] dys = new float[CHUNK];
        final double[] powers = new double[CHUNK];

        /** Puts e^−b into {@code powers}. */
        void power(int n) {
            for (int i = 0; i < n; i++) {
                powers[i] = -bs[i];
            }
            Exponential.exp(powers, powers, n);
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
                from.get(2 * o * half + half + i, room.bs, n);
                room.power(n);
                for (int k = 0; k < n; k++) {
                    room.as[k] = (float) (room.as[k] / (1 + room.powers[k]));
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
        for (int o = begin; o < end; o++) {
            for (int i = 0; i < half; i += CHUNK) {
                int n = Math.min(CHUNK, half - i);
                from.get(2 * o * half + i, room.as, n);
                from.get(2 * o * half + half + i, room.bs, n);
                dy.get(o * half + i, room.dys, n);
                room.power(n);
                for (int k = 0; k < n; k++) {
                    double s = 1 / (1 + room.powers[k]);
                    room.bs[k] = (float) (room.dys[k] * room.as[k] * s * (room.powers[k] * s));
                    room.as[k] = (float) (room.dys[k] * s);
                }
                to.set(2 * o * half + i, room.as, n);
                to.set(2 * o * half + half + i, room.bs, n);
            }
        }
    }
}
