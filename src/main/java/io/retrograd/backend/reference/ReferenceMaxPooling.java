package io.retrograd.backend.reference;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Op;
import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * The largest element of a window that slides over each plane.
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
final class ReferenceMaxPooling implements Op {
    private static final int NONE = -1;

    private final ReferenceTensor x;
    private final ReferenceTensor y;

    /** For each element of y the winner's index in its plane of x, or {@link #NONE}. */
    private final ReferenceTensor top;

    private final PoolingAxis depth;
    private final PoolingAxis height;
    private final PoolingAxis width;
    private final int xPlane;
    private final int yPlane;
    private final WorkerPool pool;
    private final WorkerPool.Body forwardPlane = this::forwardPlane;
    private final WorkerPool.Body backwardPlane = this::backwardPlane;

    ReferenceMaxPooling(WorkerPool pool, PoolingSpec spec, ReferenceTensor x, ReferenceTensor y) {
        this.pool = pool;
        this.x = x;
        this.y = y;
        top = y.saved(y.name() + ".top", y.shape());
        PoolingAxis[] axes = PoolingAxis.all(spec, x.shape(), y.shape());
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        xPlane = depth.in() * height.in() * width.in();
        yPlane = depth.out() * height.out() * width.out();
    }

    @Override
    public void forward() {
        pool.run(y.size() / yPlane, forwardPlane);
    }

    private void forwardPlane(int plane) {
        int i = plane * yPlane;
        for (int d = 0; d < depth.out(); d++) {
            for (int h = 0; h < height.out(); h++) {
                for (int w = 0; w < width.out(); w++, i++) {
                    int winner = winner(plane, d, h, w);
                    top.set(i, winner);
                    y.set(
                            i,
                            winner == NONE
                                    ? Double.NEGATIVE_INFINITY
                                    : x.get(plane * xPlane + winner));
                }
            }
        }
    }

    private int winner(int plane, int d, int h, int w) {
        int winner = NONE;
        double max = Double.NEGATIVE_INFINITY;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = (depth.input(d, a) * height.in() + height.input(h, r)) * width.in();
                for (int s = 0; s < width.count(w); s++) {
                    int i = row + width.input(w, s);
                    double value = x.get(plane * xPlane + i);
                    if (value > max || winner == NONE || Double.isNaN(value)) {
                        max = value;
                        winner = i;
                    }
                }
            }
        }
        return winner;
    }

    @Override
    public void backward() {
        if (x.gradient() != null) {
            pool.run(y.size() / yPlane, backwardPlane);
        }
    }

    private void backwardPlane(int plane) {
        ReferenceTensor dx = Reference.gradient(x);
        ReferenceTensor dy = Reference.gradient(y);
        dx.fill(plane * xPlane, xPlane, 0);
        for (int i = plane * yPlane; i < (plane + 1) * yPlane; i++) {
            int winner = (int) top.get(i);
            if (winner != NONE) {
                dx.add(plane * xPlane + winner, dy.get(i));
            }
        }
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return false;
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
