package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_s32;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import java.util.List;

/**
 * The largest element of each window, the first of equal ones, in plain Java: of windows that
 * divide x unevenly, and of those whose dilated elements all lie before or behind the input: {@code
 * y = −∞}, without gradient. A NaN beats every number.
 */
final class JavaMaxPooling extends JavaPooling {
    private static final int NONE = -1;

    /** For each element of y the index of the largest in its plane of x, or {@link #NONE}. */
    private OneDnnTensor top;

    JavaMaxPooling(Poolings o, PoolingAxis[] axes) {
        super(o, axes, "max pooling");
        top = y;
    }

    @Override
    void prepare(Planner planner) {
        top = save(y.name() + ".top", engine().layouts().plain(dnnl_s32, y.size()));
        list(List.of(top));
    }

    @Override
    void pool(Room room, int plane) {
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
    }

    private int largest(float[] xs, int d, int h, int w) {
        int winner = NONE;
        float max = Float.NEGATIVE_INFINITY;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = row(d, a, h, r);
                for (int s = 0; s < width.count(w); s++) {
                    int at = row + width.input(w, s);
                    if (xs[at] > max || winner == NONE || Float.isNaN(xs[at])) {
                        max = xs[at];
                        winner = at;
                    }
                }
            }
        }
        return winner;
    }

    @Override
    void spread(Room room, int plane) {
        top.pairs().get(plane * outputs, room.top, 0, outputs);
        for (int i = 0; i < outputs; i++) {
            if (room.top[i] != NONE) {
                room.sums[room.top[i]] += room.ys[i];
            }
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < y.size(); i++) {
            ledger.add(top.pairs().get(i));
        }
    }
}
