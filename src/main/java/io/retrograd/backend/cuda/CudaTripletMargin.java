package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.operation.TripletMarginSpec;
import io.retrograd.tensor.DType;

/** {@link TripletMarginSpec}; {@code kernels/embedding_loss.cu}. */
final class CudaTripletMargin extends CudaOp {
    private final TripletMarginSpec spec;
    private final CudaTensor a;
    private final CudaTensor p;
    private final CudaTensor n;
    private final CudaTensor y;
    private final int length;

    CudaTripletMargin(Losses.TripletMargin o) {
        super(own(o.y()).device());
        spec = o.spec();
        a = own(o.anchor());
        p = own(o.positive());
        n = own(o.negative());
        y = own(o.y());
        length = a.dim(a.shape().rank() - 1);
    }

    @Override
    void prepare(CudaPlanner planner) {
        int rows = a.size() / length;
        double divisor = spec.reduction() == Reduction.MEAN ? rows : 1;
        CudaTensor distances = save(y.name() + ".distances", DType.FLOAT64, 3L * rows);
        CudaPass pass = forwardPass();
        CudaTensor loss = pass.temporary(y.name() + ".loss", DType.FLOAT64, rows);
        pass.launch(
                "triplet_margin_forward",
                Grid.warps(rows),
                spec.margin(),
                spec.norm(),
                spec.eps(),
                spec.swap(),
                a,
                p,
                n,
                distances,
                loss,
                rows,
                length);
        pass.sumRows(loss, y, divisor);
        if (y.grad() == null) {
            return;
        }
        backwardPass().reads(a, p, n);
        backwardPass()
                .launch(
                        "triplet_margin_backward",
                        Grid.warps(rows),
                        spec.margin(),
                        spec.norm(),
                        spec.eps(),
                        a,
                        p,
                        n,
                        distances,
                        y.requireGradient(),
                        divisor,
                        a.gradient(),
                        p.gradient(),
                        n.gradient(),
                        rows,
                        length);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        spec.kinks(a.toArray(), p.toArray(), n.toArray(), length, ledger);
    }
}
