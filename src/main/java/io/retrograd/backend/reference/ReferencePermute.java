package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;

/**
 * Dimensions in another order.
 *
 * <pre>
 *   y[i_p(0), …, i_p(n−1)] = x[i_0, …, i_(n−1)]        dx likewise of dy        p = dims
 * </pre>
 */
final class ReferencePermute extends ReferenceOp {
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final Strides source;

    ReferencePermute(Arrangements.Permute o) {
        x = own(o.x());
        y = own(o.y());
        source = Strides.permuted(x.shape(), o.dims(), y.shape());
    }

    @Override
    public void forward() {
        for (int i = 0; i < y.size(); i++) {
            y.set(i, x.get(source.index(i)));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        for (int i = 0; dx != null && i < y.size(); i++) {
            dx.set(source.index(i), gradient(y).get(i));
        }
    }
}
