package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;
import java.util.List;

/** Branches share x's values; {@code dx = Σ d(branch)}. */
final class OneDnnFork extends OneDnnOp {
    private final OneDnnTensor x;
    private final List<OneDnnTensor> branches;

    OneDnnFork(Arrangements.Fork o) {
        super(o, "fork " + o.x().shape() + o.branches().size());
        x = own(o.x());
        branches = own(o.branches());
    }

    @Override
    void prepare(Planner planner) {
        for (OneDnnTensor branch : branches) {
            branch.lieAs(x);
            planner.alias(branch, x);
        }
    }

    /** Only now, as the first to read a branch of a parameter chooses its layout. */
    @Override
    void finish(Planner planner) {
        OneDnnTensor dx = x.gradient();
        if (dx != null && branches.get(0).gradient() != null) {
            List<OneDnnTensor> gradients =
                    branches.stream().map(OneDnnTensor::requireGradient).toList();
            backwardPass().add(Sums.of(gradients, dx, /* relu= */ false));
            planner.overwrite(dx, gradients.get(0));
        }
    }
}
