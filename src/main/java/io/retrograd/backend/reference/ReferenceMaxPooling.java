package io.retrograd.backend.reference;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * The largest element of each window of a plane.
 *
 * <pre>
 *   x (N, C, in...)    y (N, C, out...)
 *
 *   top[n,c,o] = argmax_{i in window o} x[n,c,i]
 *   y[n,c,o]   = x[n,c,top[n,c,o]]
 *   dx[n,c,i]  = Σ_{o with top[n,c,o] = i} dy[n,c,o]
 * </pre>
 *
 * As in PyTorch, padding never wins, the first of equal elements does, and a NaN beats every number
 * (the last of several NaNs). A window whose dilated elements all miss the input gives −∞ and
 * passes no gradient.
 */
final class ReferenceMaxPooling extends ReferencePooling {
    private static final int NONE = -1;

    /** For each element of y the winner's index in x, or {@link #NONE}. */
    private final ReferenceTensor top;

    private ReferenceMaxPooling(WorkerPool pool, Poolings o, PoolingAxis[] axes) {
        super(pool, o, axes);
        top = y.savedIndices(y.name() + ".top", y.shape());
    }

    /** Of windows that slide over each plane. */
    static ReferenceMaxPooling sliding(WorkerPool pool, Poolings.MaxPooling o) {
        PoolingAxis[] axes = PoolingAxis.all(o.spec(), o.x().shape(), o.y().shape());
        return new ReferenceMaxPooling(pool, o, axes);
    }

    /** Of windows that divide each plane among the elements of y. */
    static ReferenceMaxPooling adaptive(WorkerPool pool, Poolings.AdaptiveMaxPooling o) {
        PoolingAxis[] axes = PoolingAxis.allAdaptive(o.x().shape(), o.y().shape());
        return new ReferenceMaxPooling(pool, o, axes);
    }

    @Override
    double window(int i, int plane, int d, int h, int w) {
        int winner = NONE;
        double max = Double.NEGATIVE_INFINITY;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = row(plane, depth.input(d, a), height.input(h, r));
                for (int s = 0; s < width.count(w); s++) {
                    int at = row + width.input(w, s);
                    double value = x.get(at);
                    if (value > max || winner == NONE || Double.isNaN(value)) {
                        max = value;
                        winner = at;
                    }
                }
            }
        }
        top.set(i, winner);
        return max;
    }

    @Override
    void spread(int plane, ReferenceTensor dx, ReferenceTensor dy) {
        for (int i = plane * yPlane; i < (plane + 1) * yPlane; i++) {
            int winner = (int) top.get(i);
            if (winner != NONE) {
                dx.add(winner, dy.get(i));
            }
        }
    }

    @Override
    public List<Tensor> saved() {
        return List.of(top);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < top.size(); i++) {
            ledger.add((int) top.get(i));
        }
    }
}
