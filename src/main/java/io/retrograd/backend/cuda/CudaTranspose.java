package io.retrograd.backend.cuda;

/** Swaps two dimensions; {@code kernels/transpose.cu}. */
final class CudaTranspose extends CudaOp {
    private final int low;
    private final int high;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaTranspose(int dim0, int dim1, CudaTensor x, CudaTensor y) {
        super(x.device());
        low = Math.min(dim0, dim1);
        high = Math.max(dim0, dim1);
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        CudaTensor dx = x.gradient();
        if (low == high) {
            planner.alias(y, x);
            if (dx != null) {
                planner.alias(dx, y.requireGradient());
            }
            return;
        }
        swap(forwardPass(), x, y);
        if (dx != null) {
            swap(backwardPass(), y.requireGradient(), dx);
        }
    }

    private void swap(CudaPass pass, CudaTensor from, CudaTensor to) {
        int inner = Math.toIntExact(from.shape().tail(high + 1).size());
        long behindLow = from.shape().tail(low + 1).size();
        int between = Math.toIntExact(behindLow / from.dim(high) / inner);
        pass.launch(
                "transpose",
                Grid.over(to.size()),
                from,
                to,
                from.dim(low),
                between,
                from.dim(high),
                inner,
                to.size());
    }
}
