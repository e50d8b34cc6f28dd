package io.retrograd.backend.onednn;

import io.retrograd.operation.Products;

/** Products of stacks of matrices, on row-major memory: {@link Products.MatMul}. */
final class OneDnnMatMul extends OneDnnOp {
    private final boolean transposed;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor y;

    OneDnnMatMul(Products.MatMul o) {
        super(o, "matMul " + o.transposed() + o.x().shape() + o.w().shape());
        transposed = o.transposed();
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        Pass forward = forwardPass();
        OneDnnTensor xs = forward.in(x, x.plain());
        OneDnnTensor ws = forward.in(w, w.plain());
        list(forward, xs, stack(x, false), ws, stack(w, transposed), y);
        OneDnnTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = pass.out(dx, x.plain());
            OneDnnTensor values = pass.in(w, w.plain());
            list(pass, dy, stack(y, false), values, stack(w, !transposed), to);
            pass.store(to, dx);
        }
        OneDnnTensor dw = w.gradient();
        if (dw != null) {
            OneDnnTensor to = pass.out(dw, w.plain());
            OneDnnTensor values = pass.in(x, x.plain());
            if (transposed) {
                list(pass, dy, stack(y, true), values, stack(x, false), to);
            } else {
                list(pass, values, stack(x, true), dy, stack(y, false), to);
            }
            pass.store(to, dw);
        }
    }

    private void list(
            Pass pass,
            OneDnnTensor a,
            Layout aLayout,
            OneDnnTensor b,
            Layout bLayout,
            OneDnnTensor z) {
        pass.add(new Product(a, aLayout, b, bLayout).plainInto(z, stack(z, false)));
    }

    /** A tensor's memory as a stack of its matrices, or of what they are transposed. */
    private Layout stack(OneDnnTensor tensor, boolean turned) {
        long[] dims = tensor.dims();
        long rows = dims[dims.length - 2];
        long columns = dims[dims.length - 1];
        long count = tensor.size() / (rows * columns);
        if (!turned) {
            return engine().layouts().plain(tensor.type(), count, rows, columns);
        }
        if (rows == 1 || columns == 1) {
            return engine().layouts().plain(tensor.type(), count, columns, rows);
        }
        return engine().layouts()
                .strided(
                        tensor.type(),
                        new long[] {count, columns, rows},
                        new long[] {rows * columns, 1, columns});
    }
}
