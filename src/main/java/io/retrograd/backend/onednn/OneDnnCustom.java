package io.retrograd.backend.onednn;

import io.retrograd.operation.CustomCall;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Operation;
import java.util.List;

/** A user's function, which is called with row-major tensors. */
final class OneDnnCustom extends OneDnnOp {
    private final String function;
    private final CustomCall call;
    private final OneDnnTensor x;
    private final List<OneDnnTensor> parameters;
    private final OneDnnTensor y;

    OneDnnCustom(Operation.Custom o) {
        super(o, "custom " + o.name() + o.x().shape());
        function = o.name();
        call = new CustomCall(o.function(), o.surrogate(), o.x(), o.parameters(), o.y());
        x = own(o.x());
        parameters = own(o.parameters());
        y = own(o.y());
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
        for (OneDnnTensor parameter : parameters) {
            OneDnnTensor gradient = parameter.gradient();
            if (gradient != null) {
                pass.writes(gradient);
            }
        }
        if (to != null) {
            pass.store(to, dx);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        call.kinks(x, ledger);
    }
}
