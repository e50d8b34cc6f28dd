package io.retrograd.backend.onednn;

/** y has x's elements in the same order under another shape; dx has dy's. */
final class OneDnnReshape extends OneDnnOp {
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnReshape(OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), "reshape " + x.shape() + y.shape());
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(Planner planner) {
        Layout flat = engine().layouts().plain(x.type(), x.dims());
        y.layout(engine().layouts().plain(y.type(), y.dims()));
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
