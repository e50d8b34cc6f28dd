package io.retrograd.backend.cuda;

import java.util.List;

/** Joins tensors along one dimension; {@code kernels/concat.cu}. */
final class CudaConcat extends CudaOp {
    private final int dim;
    private final List<CudaTensor> xs;
    private final CudaTensor y;

    CudaConcat(int dim, List<CudaTensor> xs, CudaTensor y) {
        super(y.device());
        this.dim = dim;
        this.xs = xs;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        int inner = Math.toIntExact(y.shape().tail(dim + 1).size());
        int row = y.dim(dim) * inner;
        int first = 0;
        for (CudaTensor x : xs) {
            int part = x.dim(dim) * inner;
            Grid grid = Grid.over(x.size());
            forwardPass().launch("copy_rows", grid, x, part, 0, y, row, first, part, x.size());
            CudaTensor dx = x.gradient();
            if (dx != null) {
                CudaTensor dy = y.requireGradient();
                backwardPass()
                        .launch("copy_rows", grid, dy, row, first, dx, part, 0, part, x.size());
            }
            first += part;
        }
    }
}
