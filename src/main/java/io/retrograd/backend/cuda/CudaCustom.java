package io.retrograd.backend.cuda;

import io.retrograd.operation.CudaSource;
import io.retrograd.operation.CustomCall;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.KinkLedger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user's function: by kernels of its own, or in Java on copies of its tensors, where each pass
 * waits for the GPU. What a gradient belongs to in the function's place is always in Java.
 */
final class CudaCustom extends CudaOp {
    private final String function;
    private final boolean surrogate;
    private final CustomCall call;
    private final @Nullable CustomKernels kernels;
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
        this.surrogate = surrogate;
        call = new CustomCall(function, surrogate, x, parameters, y);
        this.x = x;
        this.parameters = parameters;
        this.y = y;
        CudaSource source = function.cuda().orElse(null);
        kernels = source == null ? null : kernels(function, source);
    }

    private CustomKernels kernels(CustomFunction custom, CudaSource source) {
        Map<String, CudaTensor> tensors = new LinkedHashMap<>();
        tensors.put(source.input(), x);
        tensors.put("y", y);
        List<CustomFunction.Parameter> declared = custom.parameters(x.shape());
        for (int i = 0; i < declared.size(); i++) {
            String name = declared.get(i).name();
            if (tensors.put(name, parameters.get(i)) != null) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected parameters not named %s or y, got %s",
                                function, source.input(), name));
            }
        }
        return new CustomKernels(device(), function, source, tensors);
    }

    @Override
    void prepare(CudaPlanner planner) {
        if (kernels != null && !surrogate) {
            kernels.forward(forwardPass());
        } else {
            forwardInJava(forwardPass());
        }
        if (y.gradient() != null && kernels != null) {
            kernels.backward(backwardPass());
        } else if (y.gradient() != null) {
            backwardInJava(backwardPass());
        }
    }

    private void forwardInJava(CudaPass pass) {
        pass.add(
                function + " in Java",
                () -> {
                    device().hostWorked();
                    call.forward(x);
                });
    }

    private void backwardInJava(CudaPass pass) {
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
