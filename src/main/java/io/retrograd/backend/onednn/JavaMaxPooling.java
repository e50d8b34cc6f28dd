package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_s32;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import java.util.Arrays;

/**
 * The largest element of each window, the first of equal ones, in plain Java, plane by plane: of
 * windows that divide x unevenly, and of those whose dilated elements all lie before or behind the
 * input: {@code y = −∞}, without gradient. A NaN beats every number.
 */
final class JavaMaxPooling extends OneDnnOp {
    private static final int NONE = -1;

    private final PoolingAxis depth;
    private final PoolingAxis height;
    private final PoolingAxis width;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    /** Elements of a plane of x. */
    private final int inputs;

    /** Elements of a plane of y. */
    private final int outputs;

    private final Room[] rooms;

    /** For each element of y the index of the largest in its plane of x, or {@link #NONE}. */
    private OneDnnTensor top;

    JavaMaxPooling(Poolings o, PoolingAxis[] axes) {
        super(o, "max pooling " + o.x().shape() + o.y().shape());
        x = own(o.x());
        y = own(o.y());
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        inputs = depth.in() * height.in() * width.in();
        outputs = depth.out() * height.out() * width.out();
        rooms = new Room[engine().threads()];
        Arrays.setAll(rooms, i -> new Room(inputs, outputs));
        top = y;
    }

    /** A thread's plane of x or dx, of y or dy, and of top. */
    private static final class Room {
        final float[] xs;
        final float[] ys;
        final int[] top;

        Room(int inputs, int outputs) {
            xs = new float[inputs];
            ys = new float[outputs];
            top = new int[outputs];
        }
    }

    @Override
    void prepare(Planner planner) {
        OneDnnTensor winners =
                save(y.name() + ".top", engine().layouts().plain(dnnl_s32, y.size()));
        top = winners;
        y.layout(y.plain());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        int planes = y.size() / outputs;
        forwardPass()
                .share(
                        "max pooling",
                        planes,
                        x.size(),
                        (member, begin, end) -> forward(rooms[member], begin, end, from),
                        from,
                        y,
                        winners);
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            backwardPass()
                    .share(
                            "max pooling backward",
                            planes,
                            x.size(),
                            (member, begin, end) -> backward(rooms[member], begin, end, to),
                            y.requireGradient(),
                            to,
                            winners);
            backwardPass().store(to, dx);
        }
    }

    private void forward(Room room, int begin, int end, OneDnnTensor from) {
        for (int plane = begin; plane < end; plane++) {
            from.get(plane * inputs, room.xs, inputs);
            int i = 0;
            for (int d = 0; d < depth.out(); d++) {
                for (int h = 0; h < height.out(); h++) {
                    for (int w = 0; w < width.out(); w++, i++) {
                        int winner = largest(room.xs, d, h, w);
                        room.top[i] = winner;
                        room.ys[i] = winner == NONE ? Float.NEGATIVE_INFINITY : room.xs[winner];
                    }
                }
            }
            top.pairs().put(plane * outputs, room.top, 0, outputs);
            y.set(plane * outputs, room.ys, outputs);
        }
    }

    private int largest(float[] xs, int d, int h, int w) {
        int winner = NONE;
        float max = Float.NEGATIVE_INFINITY;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = depth.input(d, a) * height.in() + height.input(h, r);
                for (int s = 0; s < width.count(w); s++) {
                    int at = row * width.in() + width.input(w, s);
                    if (xs[at] > max || winner == NONE || Float.isNaN(xs[at])) {
                        max = xs[at];
                        winner = at;
                    }
                }
            }
        }
        return winner;
    }

    private void backward(Room room, int begin, int end, OneDnnTensor to) {
        OneDnnTensor dy = y.requireGradient();
        for (int plane = begin; plane < end; plane++) {
            Arrays.fill(room.xs, 0);
            dy.get(plane * outputs, room.ys, outputs);
            top.pairs().get(plane * outputs, room.top, 0, outputs);
            for (int i = 0; i < outputs; i++) {
                if (room.top[i] != NONE) {
                    room.xs[room.top[i]] += room.ys[i];
                }
            }
            to.set(plane * inputs, room.xs, inputs);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < y.size(); i++) {
            ledger.add(top.pairs().get(i));
        }
    }
}
