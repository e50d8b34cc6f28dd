package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;
import java.util.List;

/** Dimensions in another order. y is row-major; dx has x's layout. */
final class OneDnnPermute extends OneDnnOp {
    private final List<Integer> dims;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnPermute(Arrangements.Permute o) {
        super(o, "permute " + o.dims() + o.x().shape());
        dims = o.dims();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        Layout plain = y.plain();
        y.layout(plain);
        Layout permuted = engine().layouts().permuted(x.layout(), dims);
        forwardPass().add(Reorder.of(x, permuted, y, plain));
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().add(Reorder.of(y.requireGradient(), plain, dx, permuted));
        }
    }
}
