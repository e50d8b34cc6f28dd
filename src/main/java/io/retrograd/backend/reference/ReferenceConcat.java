package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;
import java.util.List;

/**
 * Joins tensors along one dimension.
 *
 * <pre>
 *   xs[j] (outer..., D[j], inner...)    y (outer..., Σⱼ D[j], inner...)
 *
 *   y[o, start + d, i] = xs[j][o, d, i]        start = D[0] + … + D[j−1]
 *   dxs[j][o, d, i] = dy[o, start + d, i]
 * </pre>
 */
final class ReferenceConcat extends ReferenceOp {
    private final List<ReferenceTensor> xs;
    private final ReferenceTensor y;
    private final int outer;

    /** Elements of y, and of each input, for one index over the outer dimensions. */
    private final int rowOfY;

    private final int[] rows;

    ReferenceConcat(Arrangements.Concat o) {
        xs = own(o.xs());
        y = own(o.y());
        outer = product(y, 0, o.dim());
        rowOfY = y.size() / outer;
        rows = xs.stream().mapToInt(x -> x.size() / outer).toArray();
    }

    @Override
    public void forward() {
        int start = 0;
        for (int j = 0; j < rows.length; j++) {
            ReferenceTensor x = xs.get(j);
            for (int o = 0; o < outer; o++) {
                for (int i = 0; i < rows[j]; i++) {
                    y.set(o * rowOfY + start + i, x.get(o * rows[j] + i));
                }
            }
            start += rows[j];
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dy = gradient(y);
        int start = 0;
        for (int j = 0; j < rows.length; j++) {
            ReferenceTensor dx = xs.get(j).gradient();
            for (int o = 0; dx != null && o < outer; o++) {
                for (int i = 0; i < rows[j]; i++) {
                    dx.set(o * rows[j] + i, dy.get(o * rowOfY + start + i));
                }
            }
            start += rows[j];
        }
    }
}
