package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;

/** {@code y = Σ l(x, t) / D}, D the number of elements or 1; {@code kernels/pointwise_loss.cu}. */
final class CudaPointwiseLoss extends CudaOp {
    /** Enough to occupy a GPU. */
    private static final int MOST_BLOCKS = 1024;

    private final PointwiseLossSpec spec;
    private final CudaTensor x;
    private final CudaTensor target;
    private final CudaTensor y;

    CudaPointwiseLoss(PointwiseLossSpec spec, CudaTensor x, CudaTensor target, CudaTensor y) {
        super(x.device());
        this.spec = spec;
        this.x = x;
        this.target = target;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        int kind = CudaKernels.number(spec.kind());
        double divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
        Grid all = Grid.over(x.size());
        int blocks = Math.min(MOST_BLOCKS, all.blocks().x());
        CudaPass pass = forwardPass();
        CudaTensor partial = pass.temporary(y.name() + ".partial", DType.FLOAT64, blocks);
        pass.launch(
                "pointwise_loss_forward",
                Grid.of(blocks, Grid.THREADS),
                kind,
                spec.parameter(),
                x,
                target,
                partial,
                x.size());
        pass.sumRows(partial, y, divisor);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().reads(x, target);
            backwardPass()
                    .launch(
                            "pointwise_loss_backward",
                            all,
                            kind,
                            spec.parameter(),
                            x,
                            target,
                            y.requireGradient(),
                            divisor,
                            dx,
                            x.size());
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        double[] xs = x.toArray();
        double[] ts = target.toArray();
        for (int i = 0; i < xs.length; i++) {
            ledger.add(spec.piece(xs[i], ts[i]));
        }
    }
}
