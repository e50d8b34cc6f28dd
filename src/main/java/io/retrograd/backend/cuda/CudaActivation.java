package io.retrograd.backend.cuda;

import io.retrograd.backend.ActivationSpec;
import io.retrograd.backend.KinkLedger;

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
        int kind = number(spec.kind());
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

    /** As the kernel numbers them. */
    private static int number(ActivationSpec.Kind kind) {
        return switch (kind) {
            case RELU -> 0;
            case LEAKY_RELU -> 1;
            case ELU -> 2;
            case SIGMOID -> 3;
            case TANH -> 4;
            case SOFTPLUS -> 5;
            case SOFTSIGN -> 6;
            case SILU -> 7;
            case GELU -> 8;
            case MISH -> 9;
            case HARDTANH -> 10;
            case HARDSWISH -> 11;
        };
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : x.toArray()) {
            ledger.add(spec.piece(value));
        }
    }
}
