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

    /** oneDNN sums up nothing whose factor is 0: that is the difference of a tensor from itself. */
    private Primitive scaled(OneDnnTensor to, OneDnnTensor from) {
        return factor == 0
                ? Vectors.sum(to, new Vectors.Term(1, from), new Vectors.Term(-1, from))
                : Vectors.sum(to, new Vectors.Term(factor, from));
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        forwardPass().add(scaled(y, x));
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor dy = y.requireGradient();
            backwardPass().add(scaled(dx, dy));
            planner.overwrite(dx, dy);
        }
    }
}
