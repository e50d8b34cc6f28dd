package io.retrograd.backend.reference;

import io.retrograd.operation.Op;
import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.tensor.Tensor;

/**
 * The mean of a window that slides over each plane.
 *
 * <pre>
 *   x (N, C, in...)    y (N, C, out...)
 *
 *   y[n,c,o]  = Σ_{i in window o} x[n,c,i] / divisor(o)
 *   dx[n,c,i] = Σ_{o whose window has i} dy[n,c,o] / divisor(o)
 * </pre>
 *
 * The divisor is the number of positions of window o in the input, or with {@code countIncludePad}
 * in the padded input; positions beyond, which {@code ceilMode} lets a window reach, never count.
 */
class ReferenceAveragePooling implements Op {
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final PoolingAxis depth;
    private final PoolingAxis height;
    private final PoolingAxis width;
    private final boolean countIncludePad;
    private final int xPlane;
    private final int yPlane;
    private final WorkerPool pool;
    private final WorkerPool.Body forwardPlane = this::forwardPlane;
    private final WorkerPool.Body backwardPlane = this::backwardPlane;

    ReferenceAveragePooling(
            WorkerPool pool,
            PoolingSpec spec,
            boolean countIncludePad,
            ReferenceTensor x,
            ReferenceTensor y) {
        this(pool, PoolingAxis.all(spec, x.shape(), y.shape()), countIncludePad, x, y);
    }

    /** The mean of any windows. */
    ReferenceAveragePooling(
            WorkerPool pool,
            PoolingAxis[] axes,
            boolean countIncludePad,
            ReferenceTensor x,
            ReferenceTensor y) {
        this.pool = pool;
        this.x = x;
        this.y = y;
        this.countIncludePad = countIncludePad;
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        xPlane = depth.in() * height.in() * width.in();
        yPlane = depth.out() * height.out() * width.out();
    }

    @Override
    public final void forward() {
        pool.run(y.size() / yPlane, forwardPlane);
    }

    private void forwardPlane(int plane) {
        int i = plane * yPlane;
        for (int d = 0; d < depth.out(); d++) {
            for (int h = 0; h < height.out(); h++) {
                for (int w = 0; w < width.out(); w++, i++) {
                    y.set(i, sum(plane, d, h, w) / divisor(d, h, w));
                }
            }
        }
    }

    private double sum(int plane, int d, int h, int w) {
        double sum = 0;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = row(plane, depth.input(d, a), height.input(h, r)) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    sum += x.get(row + s);
                }
            }
        }
        return sum;
    }

    private int row(int plane, int slice, int row) {
        return plane * xPlane + (slice * height.in() + row) * width.in();
    }

    private double divisor(int d, int h, int w) {
        return divisor(depth, d) * divisor(height, h) * divisor(width, w);
    }

    private double divisor(PoolingAxis axis, int o) {
        return countIncludePad ? axis.extent(o) : axis.count(o);
    }

    @Override
    public final void backward() {
        if (x.gradient() != null) {
            pool.run(y.size() / yPlane, backwardPlane);
        }
    }

    private void backwardPlane(int plane) {
        ReferenceTensor dx = Reference.gradient(x);
        ReferenceTensor dy = Reference.gradient(y);
        dx.fill(plane * xPlane, xPlane, 0);
        int i = plane * yPlane;
        for (int d = 0; d < depth.out(); d++) {
            for (int h = 0; h < height.out(); h++) {
                for (int w = 0; w < width.out(); w++, i++) {
                    spread(dy.get(i) / divisor(d, h, w), dx, plane, d, h, w);
                }
            }
        }
    }

    private void spread(double share, ReferenceTensor dx, int plane, int d, int h, int w) {
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = row(plane, depth.input(d, a), height.input(h, r)) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    dx.add(row + s, share);
                }
            }
        }
    }

    @Override
    public final boolean backwardReads(Tensor tensor) {
        return false;
    }
}
