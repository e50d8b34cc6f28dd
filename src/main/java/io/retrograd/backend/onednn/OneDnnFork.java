package io.retrograd.backend.onednn;

import java.util.List;

/** Branches share x's values; {@code dx = Σ d(branch)}. */
final class OneDnnFork extends OneDnnOp {
    private final OneDnnTensor x;
    private final List<OneDnnTensor> branches;

    OneDnnFork(OneDnnTensor x, List<OneDnnTensor> branches) {
        super(x.engine(), "fork " + x.shape() + branches.size());
        this.x = x;
        this.branches = branches;
    }

    @Override
    void prepare(Planner planner) {
        for (OneDnnTensor branch : branches) {
            branch.layout(x.layout());
            planner.alias(branch, x);
        }
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            List<OneDnnTensor> gradients =
                    branches.stream().map(OneDnnTensor::requireGradient).toList();
            backwardPass().add(Sums.of(gradients, dx, /* relu= */ false));
            planner.overwrite(dx, gradients.get(0));
        }
    }
}
