package io.retrograd.backend.cuda;

import io.retrograd.operation.GaussianNllSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;

/** {@link GaussianNllSpec}; {@code kernels/gaussian_nll.cu}. */
final class CudaGaussianNll extends CudaOp {
    private final GaussianNllSpec spec;
    private final CudaTensor x;
    private final CudaTensor variance;
    private final CudaTensor target;
    private final CudaTensor y;
    private final int group;

    CudaGaussianNll(Losses.GaussianNll o) {
        super(own(o.x()).device());
        spec = o.spec();
        x = own(o.x());
        variance = own(o.variance());
        target = own(o.target());
        y = own(o.y());
        group = o.group();
    }

    @Override
    void prepare(CudaPlanner planner) {
        int rows = variance.size();
        double divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
        double constant = spec.full() ? GaussianNllSpec.CONSTANT : 0;
        Grid warps = Grid.warps(rows);
        Grid grid = group == 1 ? Grid.of(Grid.over(rows).blocks().x(), Grid.THREADS) : warps;
        CudaPass pass = forwardPass();
        CudaTensor partial =
                pass.temporary(y.name() + ".partial", DType.FLOAT64, grid.blocks().x());
        pass.launch(
                "gaussian_nll_forward",
                grid,
                spec.eps(),
                constant,
                x,
                variance,
                target,
                partial,
                rows,
                group);
        pass.sumRows(partial, y, divisor);
        CudaTensor dx = x.gradient();
        CudaTensor dv = variance.gradient();
        if (dx == null && dv == null) {
            return;
        }
        backwardPass().reads(x, variance, target);
        backwardPass()
                .launch(
                        "gaussian_nll_backward",
                        grid,
                        spec.eps(),
                        x,
                        variance,
                        target,
                        y.requireGradient(),
                        divisor,
                        dx,
                        dv,
                        rows,
                        group);
    }
}
