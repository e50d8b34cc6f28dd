package io.retrograd.backend.cuda;

import java.util.List;

/** Branches share x's values; {@code dx = Σ d(branch)}. */
final class CudaFork extends CudaOp {
    private final CudaTensor x;
    private final List<CudaTensor> branches;

    CudaFork(CudaTensor x, List<CudaTensor> branches) {
        super(x.device());
        this.x = x;
        this.branches = branches;
    }

    @Override
    void prepare(CudaPlanner planner) {
        CudaTensor dx = x.gradient();
        if (dx != null && branches.get(0).gradient() != null) {
            List<CudaTensor> gradients =
                    branches.stream().map(CudaTensor::requireGradient).toList();
            backwardPass().sum(gradients, dx);
            planner.overwrite(dx, gradients.get(0));
        }
    }
}
