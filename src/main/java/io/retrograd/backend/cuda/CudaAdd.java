package io.retrograd.backend.cuda;

import java.util.List;

/** {@code y = Σ xs}; every gradient is dy. */
final class CudaAdd extends CudaOp {
    private final List<CudaTensor> xs;
    private final CudaTensor y;

    CudaAdd(List<CudaTensor> xs, CudaTensor y) {
        super(y.device());
        this.xs = xs;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        forwardPass().sum(xs, y);
        planner.overwrite(y, xs.get(0));
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        for (CudaTensor x : xs) {
            CudaTensor dx = x.gradient();
            if (dx != null) {
                planner.alias(dx, dy);
            }
        }
    }
}
