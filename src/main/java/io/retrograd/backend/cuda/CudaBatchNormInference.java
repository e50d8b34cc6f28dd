package io.retrograd.backend.cuda;

import io.retrograd.operation.BatchNormSpec;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation by the running statistics, which are constants; {@code
 * kernels/batch_norm.cu}.
 */
final class CudaBatchNormInference extends CudaOp {
    private final BatchNormSpec spec;
    private final CudaTensor x;
    private final CudaTensor w;
    private final CudaTensor b;
    private final CudaTensor mean;
    private final CudaTensor var;
    private final CudaTensor y;

    CudaBatchNormInference(
            BatchNormSpec spec,
            CudaTensor x,
            CudaTensor w,
            CudaTensor b,
            CudaTensor mean,
            CudaTensor var,
            CudaTensor y) {
        super(x.device());
        this.spec = spec;
        this.x = x;
        this.w = w;
        this.b = b;
        this.mean = mean;
        this.var = var;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Channels all = Channels.of(x);
        Grid grid = Grid.over(x.size());
        forwardPass()
                .launch(
                        "batch_norm_forward",
                        grid,
                        x,
                        w,
                        b,
                        mean,
                        var,
                        spec.eps(),
                        y,
                        all.channels(),
                        all.positions(),
                        x.size());
        CudaTensor dy = y.gradient();
        if (dy != null) {
            backward(all, grid, dy);
        }
    }

    private void backward(Channels all, Grid grid, CudaTensor dy) {
        CudaPass pass = backwardPass();
        pass.reads(x, w, mean, var);
        if (w.gradient() != null || b.gradient() != null) {
            parameters(all, pass, dy);
        }
        CudaTensor dx = x.gradient();
        if (dx != null) {
            pass.launch(
                    "batch_norm_backward",
                    grid,
                    w,
                    var,
                    spec.eps(),
                    dy,
                    dx,
                    all.channels(),
                    all.positions(),
                    x.size());
        }
    }

    private void parameters(Channels all, CudaPass pass, CudaTensor dy) {
        CudaTensor partialW = all.partial(pass, w);
        CudaTensor partialB = all.partial(pass, b);
        pass.launch(
                "batch_norm_parameters",
                all.grid(),
                all.struct(),
                x,
                mean,
                var,
                spec.eps(),
                dy,
                partialW,
                partialB);
        sum(pass, partialW, w.gradient());
        sum(pass, partialB, b.gradient());
    }

    /** Sums to a gradient, where it is wanted. */
    private static void sum(CudaPass pass, CudaTensor partial, @Nullable CudaTensor gradient) {
        if (gradient != null) {
            pass.sumRows(partial, gradient, /* divisor= */ 1);
        }
    }
}
