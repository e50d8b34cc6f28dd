package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;
import org.jspecify.annotations.Nullable;

/** {@code y = Σ l(x, t) / D}, D the number of elements or 1; {@code kernels/pointwise_loss.cu}. */
final class CudaPointwiseLoss extends CudaOp {
    /** Enough to occupy a GPU. */
    private static final int MOST_BLOCKS = 1024;

    private final PointwiseLossSpec spec;
    private final CudaTensor x;
    private final CudaTensor target;
    private final @Nullable CudaTensor positiveWeight;
    private final CudaTensor y;
    private final int sample;
    private final int ofClass;

    CudaPointwiseLoss(Losses.PointwiseLoss o) {
        super(own(o.x()).device());
        spec = o.spec();
        x = own(o.x());
        target = own(o.target());
        positiveWeight = ownOrNull(o.positiveWeight());
        y = own(o.y());
        sample = o.spec().weighted() ? o.sampleSize() : 0;
        ofClass = positiveWeight == null ? 1 : o.classSize();
    }

    @Override
    void prepare(CudaPlanner planner) {
        int kind = CudaKernels.number(spec.kind());
        double divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
        int classes = positiveWeight == null ? 1 : positiveWeight.size();
        Grid all = Grid.of(Grid.over(x.size()).blocks().x(), Grid.THREADS);
        int blocks = Math.min(MOST_BLOCKS, all.blocks().x());
        CudaPass pass = forwardPass();
        CudaTensor partial = pass.temporary(y.name() + ".partial", DType.FLOAT64, blocks);
        pass.launch(
                "pointwise_loss_forward",
                Grid.of(blocks, Grid.THREADS),
                kind,
                spec.parameter(),
                spec.second(),
                x,
                target,
                positiveWeight,
                sample,
                ofClass,
                classes,
                partial,
                x.size());
        pass.sumRows(partial, y, divisor);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().reads(x, target);
            if (positiveWeight != null) {
                backwardPass().reads(positiveWeight);
            }
            backwardPass()
                    .launch(
                            "pointwise_loss_backward",
                            all,
                            kind,
                            spec.parameter(),
                            spec.second(),
                            x,
                            target,
                            positiveWeight,
                            sample,
                            ofClass,
                            classes,
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
            int at = sample == 0 ? i : i / sample * 2 * sample + i % sample;
            ledger.add(spec.piece(xs[i], ts[at]));
        }
    }
}
