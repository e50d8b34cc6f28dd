package io.retrograd.backend.cuda;

import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;

/** {@link CtcSpec}; {@code kernels/ctc.cu}. */
final class CudaCtc extends CudaOp {
    private final CtcSpec spec;
    private final CudaTensor z;
    private final CudaTensor target;
    private final CudaTensor y;

    CudaCtc(Losses.Ctc o) {
        super(own(o.x()).device());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        int batch = spec.batch(z.shape());
        int steps = spec.steps(z.shape());
        int classes = z.dim(2);
        int width = target.dim(1);
        long paths = (long) batch * steps * (2L * (width - CtcSpec.LENGTHS) + 1);
        boolean mean = spec.reduction() == Reduction.MEAN;
        CudaTensor logSum = save(y.name() + ".log_sum", DType.FLOAT64, (long) batch * steps);
        CudaTensor alpha = save(y.name() + ".alpha", DType.FLOAT64, paths);
        CudaTensor loss = save(y.name() + ".loss", DType.FLOAT64, batch);
        CudaPass pass = forwardPass();
        pass.launch("ctc_log_sums", Grid.warps(batch * steps), z, logSum, batch * steps, classes);
        pass.launch(
                "ctc_forward",
                Grid.of(batch, Grid.THREADS),
                z,
                target,
                logSum,
                alpha,
                loss,
                spec.blank(),
                spec.batchFirst(),
                batch,
                steps,
                classes,
                width);
        pass.launch(
                "ctc_total",
                Grid.blocks(1, batch),
                loss,
                target,
                mean,
                spec.zeroInfinity(),
                y,
                batch,
                width);
        CudaTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        CudaPass back = backwardPass();
        back.reads(z, target);
        CudaTensor beta = back.temporary(y.name() + ".beta", DType.FLOAT64, paths);
        back.launch(
                "ctc_backward",
                Grid.of(batch, Grid.THREADS),
                z,
                target,
                logSum,
                alpha,
                loss,
                beta,
                spec.blank(),
                spec.batchFirst(),
                batch,
                steps,
                classes,
                width);
        back.launch(
                "ctc_gradient",
                Grid.warps(batch * steps),
                z,
                target,
                logSum,
                loss,
                beta,
                y.requireGradient(),
                dz,
                mean,
                spec.zeroInfinity(),
                spec.blank(),
                spec.batchFirst(),
                batch,
                steps,
                classes,
                width);
    }
}
