package io.retrograd.backend.reference;

import io.retrograd.operation.Arrangements;
import java.util.List;

/** Branches share x's values; {@code dx = Σ d(branch)}. */
final class ReferenceFork extends ReferenceOp {
    private final ReferenceTensor x;
    private final List<ReferenceTensor> branches;

    ReferenceFork(Arrangements.Fork o) {
        x = own(o.x());
        branches = own(o.branches());
    }

    /** Nothing to do: a branch has the memory of x. */
    @Override
    public void forward() {}

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        for (int i = 0; i < dx.size(); i++) {
            double sum = 0;
            for (int j = 0; j < branches.size(); j++) {
                sum += gradient(branches.get(j)).get(i);
            }
            dx.set(i, sum);
        }
    }
}
