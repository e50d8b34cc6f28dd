package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;
import java.util.List;

/** {@code y = Σ xs}; each {@code dx = dy}. All of one shape. */
final class ReferenceAdd extends ReferenceOp {
    private final List<ReferenceTensor> xs;
    private final ReferenceTensor y;

    ReferenceAdd(Arrangements.Add o) {
        xs = own(o.xs());
        y = own(o.y());
    }

    @Override
    public void forward() {
        for (int i = 0; i < y.size(); i++) {
            double sum = 0;
            for (int j = 0; j < xs.size(); j++) {
                sum += xs.get(j).get(i);
            }
            y.set(i, sum);
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dy = gradient(y);
        for (int j = 0; j < xs.size(); j++) {
            ReferenceTensor dx = xs.get(j).gradient();
            if (dx == null) {
                continue;
            }
            for (int i = 0; i < dx.size(); i++) {
                dx.set(i, dy.get(i));
            }
        }
    }
}
