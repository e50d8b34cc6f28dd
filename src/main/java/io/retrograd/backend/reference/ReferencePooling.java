package io.retrograd.backend.reference;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;

/** Pooling but for what a window gives: y (N, C, out...) from x (N, C, in...), plane by plane. */
abstract class ReferencePooling extends ReferenceOp {
    final ReferenceTensor x;
    final ReferenceTensor y;
    final PoolingAxis depth;
    final PoolingAxis height;
    final PoolingAxis width;

    /** Elements of a plane of x. */
    final int xPlane;

    /** Elements of a plane of y. */
    final int yPlane;

    private final WorkerPool pool;
    private final WorkerPool.Body forwardPlane = this::forwardPlane;
    private final WorkerPool.Body backwardPlane = this::backwardPlane;

    ReferencePooling(WorkerPool pool, Poolings o, PoolingAxis[] axes) {
        this.pool = pool;
        x = own(o.x());
        y = own(o.y());
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        xPlane = depth.in() * height.in() * width.in();
        yPlane = depth.out() * height.out() * width.out();
    }

    /** Element i of y, from window (d, h, w) of a plane of x. */
    abstract double window(int i, int plane, int d, int h, int w);

    /** Computes a plane of dx, which is 0 before. */
    abstract void spread(int plane, ReferenceTensor dx, ReferenceTensor dy);

    /** Where a row of a plane of x begins. */
    final int row(int plane, int slice, int row) {
        return plane * xPlane + (slice * height.in() + row) * width.in();
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
                    y.set(i, window(i, plane, d, h, w));
                }
            }
        }
    }

    @Override
    public final void backward() {
        if (x.gradient() != null) {
            pool.run(y.size() / yPlane, backwardPlane);
        }
    }

    private void backwardPlane(int plane) {
        ReferenceTensor dx = gradient(x);
        dx.fill(plane * xPlane, xPlane, 0);
        spread(plane, dx, gradient(y));
    }
}
