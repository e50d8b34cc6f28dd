package io.retrograd.backend.cuda;

import io.retrograd.backend.CustomCall;
import io.retrograd.backend.CustomFunction;
import io.retrograd.backend.KinkLedger;
import java.util.List;

/** A user's function in Java, on copies of its tensors: each pass waits for the GPU. */
final class CudaCustom extends CudaOp {
    private final String function;
    private final CustomCall call;
    private final CudaTensor x;
    private final List<CudaTensor> parameters;
    private final CudaTensor y;

    CudaCustom(
            CustomFunction function,
            boolean surrogate,
            CudaTensor x,
            List<CudaTensor> parameters,
            CudaTensor y) {
        super(x.device());
        this.function = function.name();
        call = new CustomCall(function, surrogate, x, parameters, y);
        this.x = x;
        this.parameters = parameters;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        forwardPass()
                .add(
                        function + " in Java",
                        () -> {
                            device().hostWorked();
                            call.forward(x);
                        });
        if (y.gradient() == null) {
            return;
        }
        CudaPass pass = backwardPass();
        pass.reads(x, y);
        pass.reads(parameters.toArray(CudaTensor[]::new));
        CudaTensor dx = x.gradient();
        pass.add(
                function + " backward in Java",
                () -> {
                    device().hostWorked();
                    call.backward(x, dx);
                });
    }

    @Override
    public void kinks(KinkLedger ledger) {
        call.kinks(x, ledger);
    }
}
