package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;

/** {@link Arrangements.Scale}. */
final class ReferenceScale extends ReferenceOp {
    private final double factor;
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    ReferenceScale(Arrangements.Scale o) {
        factor = o.factor();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    public void forward() {
        scale(x, y);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            scale(gradient(y), dx);
        }
    }

    private void scale(ReferenceTensor from, ReferenceTensor to) {
        for (int i = 0; i < to.size(); i++) {
            to.set(i, factor * from.get(i));
        }
    }
}
