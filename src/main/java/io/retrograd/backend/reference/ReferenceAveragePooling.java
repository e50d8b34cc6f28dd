package io.retrograd.backend.reference;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;

/**
 * The mean of each window of a plane.
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
final class ReferenceAveragePooling extends ReferencePooling {
    private final boolean countIncludePad;

    private ReferenceAveragePooling(
            WorkerPool pool, Poolings o, PoolingAxis[] axes, boolean countIncludePad) {
        super(pool, o, axes);
        this.countIncludePad = countIncludePad;
    }

    /** The mean of a window that slides over each plane. */
    static ReferenceAveragePooling sliding(WorkerPool pool, Poolings.AveragePooling o) {
        PoolingAxis[] axes = PoolingAxis.all(o.spec(), o.x().shape(), o.y().shape());
        return new ReferenceAveragePooling(pool, o, axes, o.countIncludePad());
    }

    /**
     * The mean of windows that divide each plane among the elements of y: window o is [⌊o·in/out⌋,
     * ⌈(o + 1)·in/out⌉) in each spatial dimension.
     */
    static ReferenceAveragePooling adaptive(WorkerPool pool, Poolings.AdaptiveAveragePooling o) {
        PoolingAxis[] axes = PoolingAxis.allAdaptive(o.x().shape(), o.y().shape());
        return new ReferenceAveragePooling(pool, o, axes, /* countIncludePad= */ false);
    }

    @Override
    double window(int i, int plane, int d, int h, int w) {
        double sum = 0;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = row(plane, depth.input(d, a), height.input(h, r)) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    sum += x.get(row + s);
                }
            }
        }
        return sum / divisor(d, h, w);
    }

    private double divisor(int d, int h, int w) {
        return divisor(depth, d) * divisor(height, h) * divisor(width, w);
    }

    private double divisor(PoolingAxis axis, int o) {
        return countIncludePad ? axis.extent(o) : axis.count(o);
    }

    @Override
    void spread(int plane, ReferenceTensor dx, ReferenceTensor dy) {
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
}
