package io.retrograd.backend.onednn;

/** Swaps two dimensions. y is row-major; dx has x's layout. */
final class OneDnnTranspose extends OneDnnOp {
    private final int dim0;
    private final int dim1;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnTranspose(int dim0, int dim1, OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), "transpose " + dim0 + " " + dim1 + x.shape());
        this.dim0 = dim0;
        this.dim1 = dim1;
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(Planner planner) {
        Layout plain = engine().layouts().plain(y.type(), y.dims());
        y.layout(plain);
        Layout swapped = engine().layouts().swapped(x.layout(), dim0, dim1);
        forwardPass().add(Reorder.of(x, swapped, y, plain));
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().add(Reorder.of(y.requireGradient(), plain, dx, swapped));
        }
    }
}
