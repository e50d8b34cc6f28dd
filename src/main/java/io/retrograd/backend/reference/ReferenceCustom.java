package io.retrograd.backend.reference;

import io.retrograd.operation.CustomCall;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Operation;

/** A user's function. */
final class ReferenceCustom extends ReferenceOp {
    private final CustomCall call;
    private final ReferenceTensor x;

    ReferenceCustom(Operation.Custom o) {
        super(Operation.join(o.reads(), o.writes()));
        call = new CustomCall(o.function(), o.surrogate(), o.x(), o.parameters(), o.y());
        x = own(o.x());
    }

    @Override
    public void forward() {
        call.forward(x);
    }

    @Override
    public void backward() {
        call.backward(x, x.gradient());
    }

    @Override
    public void kinks(KinkLedger ledger) {
        call.kinks(x, ledger);
    }
}
