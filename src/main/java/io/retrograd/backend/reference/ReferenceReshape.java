package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;

/** y has x's elements in the same order under another shape; dx has dy's. */
final class ReferenceReshape extends ReferenceOp {
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    ReferenceReshape(Arrangements.Reshape o) {
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    public void forward() {
        for (int i = 0; i < x.size(); i++) {
            y.set(i, x.get(i));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = gradient(y);
        for (int i = 0; i < dx.size(); i++) {
            dx.set(i, dy.get(i));
        }
    }
}
