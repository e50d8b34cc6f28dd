package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;

/** {@link Arrangements.Reduce}. */
final class ReferenceReduce extends ReferenceOp {
    private final double factor;
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final Strides over;

    ReferenceReduce(Arrangements.Reduce o) {
        factor = o.factor();
        x = own(o.x());
        y = own(o.y());
        over = Strides.over(y.shape(), x.shape());
    }

    @Override
    public void forward() {
        y.fill(0);
        for (int i = 0; i < x.size(); i++) {
            y.add(over.index(i), x.get(i));
        }
        for (int i = 0; i < y.size(); i++) {
            y.set(i, factor * y.get(i));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        for (int i = 0; dx != null && i < dx.size(); i++) {
            dx.set(i, factor * gradient(y).get(over.index(i)));
        }
    }
}
