package io.retrograd.backend.onednn;

import io.retrograd.operation.CustomCall;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.KinkLedger;
import java.util.List;

/** A user's function, which is called with row-major tensors. */
final class OneDnnCustom extends OneDnnOp {
    private final String function;
    private final CustomCall call;
    private final OneDnnTensor x;
    private final List<OneDnnTensor> parameters;
    private final OneDnnTensor y;

    OneDnnCustom(
            CustomFunction function,
            boolean surrogate,
            OneDnnTensor x,
            List<OneDnnTensor> parameters,
            OneDnnTensor y) {
        super(x.engine(), "custom " + function.name() + x.shape());
        this.function = function.name();
        this.call = new CustomCall(function, surrogate, x, parameters, y);
        this.x = x;
        this.parameters = parameters;
        this.y = y;
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor[] reads = parameters.toArray(OneDnnTensor[]::new);
        OneDnnTensor from = forwardPass().in(x, x.plain());
        forwardPass().add(function, () -> call.forward(from), reads);
        forwardPass().writes(y);
        if (!planner.gradients() || y.gradient() == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor values = pass.in(x, x.plain());
        OneDnnTensor dx = x.gradient();
        OneDnnTensor to = dx == null ? null : pass.out(dx, x.plain());
        pass.reads(y);
        pass.add(function + " backward", () -> call.backward(values, to), reads);
        parameters.forEach(parameter -> pass.writes(parameter.requireGradient()));
        if (dx != null && to != null) {
            pass.store(to, dx);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        call.kinks(x, ledger);
    }
}
