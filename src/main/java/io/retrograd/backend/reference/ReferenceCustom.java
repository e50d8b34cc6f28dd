package io.retrograd.backend.reference;

import io.retrograd.operation.CustomCall;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Op;

/** A user's function. */
final class ReferenceCustom implements Op {
    private final CustomCall call;
    private final ReferenceTensor x;

    ReferenceCustom(CustomCall call, ReferenceTensor x) {
        this.call = call;
        this.x = x;
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
