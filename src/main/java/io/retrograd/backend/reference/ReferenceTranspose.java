package io.retrograd.backend.reference;

import io.retrograd.operation.Op;
import io.retrograd.tensor.Tensor;

/**
 * Swaps two dimensions.
 *
 * <pre>
 *   x (outer..., P, between..., Q, inner...)    y (outer..., Q, between..., P, inner...)
 *
 *   y[o,q,b,p,i] = x[o,p,b,q,i]        dx[o,p,b,q,i] = dy[o,q,b,p,i]
 * </pre>
 */
final class ReferenceTranspose implements Op {
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final int outer;
    private final int sizeP;
    private final int between;
    private final int sizeQ;
    private final int inner;

    ReferenceTranspose(int dim0, int dim1, ReferenceTensor x, ReferenceTensor y) {
        this.x = x;
        this.y = y;
        int low = Math.min(dim0, dim1);
        int high = Math.max(dim0, dim1);
        outer = Reference.product(x, 0, low);
        sizeP = x.dim(low);
        between = Reference.product(x, low + 1, high);
        sizeQ = low == high ? 1 : x.dim(high);
        inner = Reference.product(x, high + 1, x.shape().rank());
    }

    @Override
    public void forward() {
        swap(x, sizeP, sizeQ, y);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            swap(Reference.gradient(y), sizeQ, sizeP, dx);
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

    @Override
    public boolean backwardReads(Tensor tensor) {
        return false;
    }
}
