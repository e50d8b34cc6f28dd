package io.retrograd.backend.cuda;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.KinkLedger;

/** {@code y = f(x)} and {@code dx = f'(x)·dy} for each element; {@code kernels/activation.cu}. */
final class CudaActivation extends CudaOp {
    private final ActivationSpec spec;
    private final CudaTensor x;
    private final CudaTensor y;

    /** What the derivative is computed from: ReLU's is that of its own output, so x may go. */
    private final CudaTensor data;

    CudaActivation(ActivationSpec spec, CudaTensor x, CudaTensor y) {
        super(x.device());
        this.spec = spec;
        this.x = x;
        this.y = y;
        data = spec.kind() == ActivationSpec.Kind.RELU ? y : x;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Grid grid = Grid.over(x.size());
        int kind = CudaKernels.number(spec.kind());
        forwardPass().launch("activation_forward", grid, kind, spec.alpha(), x, y, x.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            CudaTensor dy = y.requireGradient();
            backwardPass().reads(data);
            backwardPass()
                    .launch(
                            "activation_backward",
                            grid,
                            kind,
                            spec.alpha(),
                            data,
                            dy,
                            dx,
                            x.size());
            planner.overwrite(dx, dy);
        }
        planner.overwrite(y, x);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : data.toArray()) {
            ledger.add(spec.piece(value));
        }
    }
}
