package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;

/**
 * Swaps two dimensions.
 *
 * <pre>
 *   x (outer..., P, between..., Q, inner...)    y (outer..., Q, between..., P, inner...)
 *
 *   y[o,q,b,p,i] = x[o,p,b,q,i]        dx[o,p,b,q,i] = dy[o,q,b,p,i]
 * </pre>
 */
final class ReferenceTranspose extends ReferenceOp {
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final int outer;
    private final int sizeP;
    private final int between;
    private final int sizeQ;
    private final int inner;

    ReferenceTranspose(Arrangements.Transpose o) {
        x = own(o.x());
        y = own(o.y());
        int low = Math.min(o.dim0(), o.dim1());
        int high = Math.max(o.dim0(), o.dim1());
        outer = product(x, 0, low);
        sizeP = x.dim(low);
        between = product(x, low + 1, high);
        sizeQ = low == high ? 1 : x.dim(high);
        inner = product(x, high + 1, x.shape().rank());
    }

    @Override
    public void forward() {
        swap(x, sizeP, sizeQ, y);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            swap(gradient(y), sizeQ, sizeP, dx);
        }
    }

    /** From (outer, m, between, n, inner) to (outer, n, between, m, inner). */
    private void swap(ReferenceTensor from, int m, int n, ReferenceTensor to) {
        int next = 0;
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < n; j++) {
                for (int b = 0; b < between; b++) {
                    for (int k = 0; k < m; k++) {
                        int source = (((o * m + k) * between + b) * n + j) * inner;
                        for (int i = 0; i < inner; i++) {
                            to.set(next++, from.get(source + i));
                        }
                    }
                }
            }
        }
    }
}
