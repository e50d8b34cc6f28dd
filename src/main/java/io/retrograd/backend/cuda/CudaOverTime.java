package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.TimeReduction;
import org.jspecify.annotations.Nullable;

/** A sequence's mean, largest or last step; {@code kernels/over_time.cu}. */
final class CudaOverTime extends CudaOp {
    private final TimeReduction reduction;
    private final CudaTensor x;
    private final @Nullable CudaTensor lengths;
    private final CudaTensor y;
    private final int steps;
    private final int channels;

    CudaOverTime(
            TimeReduction reduction, CudaTensor x, @Nullable CudaTensor lengths, CudaTensor y) {
        super(x.device());
        this.reduction = reduction;
        this.x = x;
        this.lengths = lengths;
        this.y = y;
        steps = x.dim(1);
        channels = x.dim(2);
    }

    @Override
    void prepare(CudaPlanner planner) {
        Grid grid = Grid.over(y.size());
        int kind = CudaKernels.number(reduction);
        forwardPass()
                .launch("over_time_forward", grid, kind, x, lengths, y, steps, channels, y.size());
        CudaTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        CudaPass pass = backwardPass();
        if (reduction == TimeReduction.MAX) {
            pass.reads(x);
        }
        if (lengths != null) {
            pass.reads(lengths);
        }
        CudaTensor dy = y.requireGradient();
        pass.launch(
                "over_time_backward", grid, kind, x, lengths, dy, dx, steps, channels, y.size());
    }

    @Override
    public void kinks(KinkLedger ledger) {
        if (reduction != TimeReduction.MAX) {
            return;
        }
        double[] xs = x.toArray();
        double @Nullable [] ls = lengths == null ? null : lengths.toArray();
        for (int i = 0; i < y.size(); i++) {
            int n = i / channels;
            int length = ls == null ? steps : (int) ls[n];
            ledger.add(largest(xs, n * steps * channels + i % channels, length));
        }
    }

    /** The step whose element is the largest, of those that begin at {@code first}. */
    private int largest(double[] xs, int first, int length) {
        int best = 0;
        for (int t = 1; t < length; t++) {
            if (xs[first + t * channels] > xs[first + best * channels]) {
                best = t;
            }
        }
        return best;
    }
}
