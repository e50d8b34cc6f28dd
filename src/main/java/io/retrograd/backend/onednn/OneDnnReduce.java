package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;

/** The sum or the mean over dimensions, in Java. y is row-major; dx has x's layout. */
final class OneDnnReduce extends OneDnnOp {
    private final double factor;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnReduce(Arrangements.Reduce o) {
        super(o, o.name() + " " + o.dims() + o.x().shape());
        factor = o.factor();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        Layout layout = OverlayLoops.layout(x, x);
        OverlayLoops loops = new OverlayLoops(engine(), layout);
        OneDnnTensor from = forwardPass().in(x, layout);
        loops.sum(forwardPass(), "reduce", from, /* other= */ null, factor, y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            Pass pass = backwardPass();
            OneDnnTensor to = pass.out(dx, layout);
            loops.combine(
                    pass,
                    "reduce backward",
                    y.requireGradient(),
                    /* b= */ null,
                    to,
                    OneDnnBinary.scale(factor));
            pass.store(to, dx);
        }
    }
}
