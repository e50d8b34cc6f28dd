package io.retrograd.backend.cuda;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.KinkLedger;

/** {@code y = f(x)} and {@code dx = f'(x)·dy} for each element; {@code kernels/activation.cu}. */
final class CudaActivation extends CudaOp {
    private final ActivationSpec spec;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaActivation(ActivationSpec spec, CudaTensor x, CudaTensor y) {
        super(x.device());
        this.spec = spec;
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Grid grid = Grid.over(x.size());
        int kind = CudaKernels.number(spec.kind());
        forwardPass().launch("activation_forward", grid, kind, spec.alpha(), x, y, x.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            CudaTensor dy = y.requireGradient();
            backwardPass().reads(x);
            backwardPass()
                    .launch("activation_backward", grid, kind, spec.alpha(), x, dy, dx, x.size());
            planner.overwrite(dx, dy);
        } else {
            planner.overwrite(y, x);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : x.toArray()) {
            ledger.add(spec.piece(value));
        }
    }
}
