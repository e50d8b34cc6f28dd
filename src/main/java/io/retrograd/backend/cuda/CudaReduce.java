package io.retrograd.backend.cuda;

import io.retrograd.operation.Arrangements;

/** The sum or the mean over dimensions; {@code kernels/binary.cu}. */
final class CudaReduce extends CudaOp {
    private final double factor;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaReduce(Arrangements.Reduce o) {
        super(own(o.x()).device());
        factor = o.factor();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        OverlaySum.list(forwardPass(), x, /* other= */ null, y, factor);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            OverlaySum.spread(backwardPass(), y.requireGradient(), dx, factor);
        }
    }
}
