package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;

/** Swaps two dimensions. y is row-major; dx has x's layout. */
final class OneDnnTranspose extends OneDnnOp {
    private final int dim0;
    private final int dim1;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnTranspose(Arrangements.Transpose o) {
        super(o, "transpose " + o.dim0() + " " + o.dim1() + o.x().shape());
        dim0 = o.dim0();
        dim1 = o.dim1();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        Layout plain = y.plain();
        y.layout(plain);
        Layout swapped = engine().layouts().swapped(x.layout(), dim0, dim1);
        forwardPass().add(Reorder.of(x, swapped, y, plain));
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().add(Reorder.of(y.requireGradient(), plain, dx, swapped));
        }
    }
}
