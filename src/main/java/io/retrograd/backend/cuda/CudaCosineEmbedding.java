package io.retrograd.backend.cuda;

import io.retrograd.operation.CosineEmbeddingSpec;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;

/** {@link CosineEmbeddingSpec}; {@code kernels/embedding_loss.cu}. */
final class CudaCosineEmbedding extends CudaOp {
    private final CosineEmbeddingSpec spec;
    private final CudaTensor x;
    private final CudaTensor z;
    private final CudaTensor target;
    private final CudaTensor y;

    CudaCosineEmbedding(Losses.CosineEmbedding o) {
        super(own(o.y()).device());
        spec = o.spec();
        x = own(o.x());
        z = own(o.z());
        target = own(o.target());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        int rows = target.size();
        int length = x.size() / rows;
        double divisor = spec.reduction() == Reduction.MEAN ? rows : 1;
        CudaTensor lengths = save(y.name() + ".lengths", DType.FLOAT64, 3L * rows);
        CudaPass pass = forwardPass();
        CudaTensor loss = pass.temporary(y.name() + ".loss", DType.FLOAT64, rows);
        Grid grid = Grid.warps(rows);
        pass.launch(
                "cosine_embedding_forward",
                grid,
                spec.margin(),
                x,
                z,
                target,
                lengths,
                loss,
                rows,
                length);
        pass.sumRows(loss, y, divisor);
        if (y.grad() == null) {
            return;
        }
        backwardPass().reads(x, z, target);
        backwardPass()
                .launch(
                        "cosine_embedding_backward",
                        grid,
                        spec.margin(),
                        x,
                        z,
                        target,
                        lengths,
                        y.requireGradient(),
                        divisor,
                        x.gradient(),
                        z.gradient(),
                        rows,
                        length);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        spec.kinks(x.toArray(), z.toArray(), target.toArray(), ledger);
    }
}
