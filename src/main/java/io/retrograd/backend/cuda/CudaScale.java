package io.retrograd.backend.cuda;

import io.retrograd.operation.Arrangements;

/** {@code y = factor·x}; {@code kernels/binary.cu}. */
final class CudaScale extends CudaOp {
    private final double factor;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaScale(Arrangements.Scale o) {
        super(own(o.x()).device());
        factor = o.factor();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        OverlaySum.spread(forwardPass(), x, y, factor);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            OverlaySum.spread(backwardPass(), y.requireGradient(), dx, factor);
        }
    }
}
