package io.retrograd.backend.cuda;

import io.retrograd.operation.Elementwise;

/** {@code y = a·σ(b)} of the halves of x; {@code kernels/glu.cu}. */
final class CudaGlu extends CudaOp {
    private final CudaTensor x;
    private final CudaTensor y;

    /** Neighbouring elements of a half of x. */
    private final int half;

    CudaGlu(Elementwise.Glu o) {
        super(own(o.x()).device());
        x = own(o.x());
        y = own(o.y());
        half = Math.toIntExact(y.shape().tail(o.dim()).size());
    }

    @Override
    void prepare(CudaPlanner planner) {
        Grid grid = Grid.over(y.size());
        forwardPass().launch("glu_forward", grid, x, y, half, y.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            CudaPass pass = backwardPass();
            pass.reads(x);
            pass.launch("glu_backward", grid, x, y.requireGradient(), dx, half, y.size());
        }
    }
}
