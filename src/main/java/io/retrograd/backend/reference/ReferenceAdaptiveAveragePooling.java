package io.retrograd.backend.reference;

import io.retrograd.operation.PoolingAxis;

/**
 * The mean of windows that divide each plane among the elements of y.
 *
 * <pre>
 *   x (N, C, in...)    y (N, C, out...)
 *
 *   window o = [⌊o·in/out⌋, ⌈(o + 1)·in/out⌉) in each spatial dimension
 *
 *   y[n,c,o]  = Σ_{i in window o} x[n,c,i] / size(o)
 *   dx[n,c,i] = Σ_{o whose window has i} dy[n,c,o] / size(o)
 * </pre>
 */
final class ReferenceAdaptiveAveragePooling extends ReferenceAveragePooling {
    ReferenceAdaptiveAveragePooling(WorkerPool pool, ReferenceTensor x, ReferenceTensor y) {
        super(
                pool,
                PoolingAxis.allAdaptive(x.shape(), y.shape()),
                /* countIncludePad= */ false,
                x,
                y);
    }
}
