package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;

/** y has x's elements in the same order under another shape; dx has dy's. */
final class OneDnnReshape extends OneDnnOp {
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnReshape(Arrangements.Reshape o) {
        super(o, "reshape " + o.x().shape() + o.y().shape());
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        Layout flat = x.plain();
        y.layout(y.plain());
        OneDnnTensor dx = x.gradient();
        if (x.layout().plain()) {
            planner.alias(y, x);
            if (dx != null) {
                planner.alias(dx, y.requireGradient());
            }
            return;
        }
        forwardPass().add(Reorder.of(x, x.layout(), y, flat));
        if (dx != null) {
            backwardPass().add(Reorder.of(y.requireGradient(), flat, dx, dx.layout()));
        }
    }
}
