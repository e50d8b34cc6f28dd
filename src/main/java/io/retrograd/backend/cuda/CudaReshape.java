package io.retrograd.backend.cuda;

/** y has x's elements in the same order under another shape; dx has dy's. */
final class CudaReshape extends CudaOp {
    private final CudaTensor x;
    private final CudaTensor y;

    CudaReshape(CudaTensor x, CudaTensor y) {
        super(x.device());
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        planner.alias(y, x);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            planner.alias(dx, y.requireGradient());
        }
    }
}
