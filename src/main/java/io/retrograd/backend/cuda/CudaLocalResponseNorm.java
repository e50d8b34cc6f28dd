package io.retrograd.backend.cuda;

import io.retrograd.operation.LocalResponseNormSpec;

/**
 * Local response normalisation across channels; {@code kernels/local_response_norm.cu}.
 *
 * <p>Not by cuDNN, whose windows are of at most 16 channels, with k and β bounded from below.
 */
final class CudaLocalResponseNorm extends CudaOp {
    private final LocalResponseNormSpec spec;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaLocalResponseNorm(LocalResponseNormSpec spec, CudaTensor x, CudaTensor y) {
        super(x.device());
        this.spec = spec;
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Channels all = Channels.of(x);
        Grid grid = Grid.over(x.size());
        CudaTensor s = save(y.name() + ".s", x.dtype(), x.size());
        forwardPass()
                .launch(
                        "local_response_norm_forward",
                        grid,
                        x,
                        s,
                        y,
                        spec.size(),
                        spec.alpha(),
                        spec.beta(),
                        spec.k(),
                        all.channels(),
                        all.positions(),
                        x.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().reads(x, y);
            backwardPass()
                    .launch(
                            "local_response_norm_backward",
                            grid,
                            x,
                            s,
                            y,
                            y.requireGradient(),
                            dx,
                            spec.size(),
                            spec.alpha(),
                            spec.beta(),
                            all.channels(),
                            all.positions(),
                            x.size());
        }
    }
}
