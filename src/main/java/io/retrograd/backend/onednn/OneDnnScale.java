package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;

/** {@code y = factor·x}, in x's layout. */
final class OneDnnScale extends OneDnnOp {
    private final double factor;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnScale(Arrangements.Scale o) {
        super(o, "scale " + o.x().shape());
        factor = o.factor();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        forwardPass().add(Vectors.sum(y, new Vectors.Term(factor, x)));
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor dy = y.requireGradient();
            backwardPass().add(Vectors.sum(dx, new Vectors.Term(factor, dy)));
            planner.overwrite(dx, dy);
        }
    }
}
