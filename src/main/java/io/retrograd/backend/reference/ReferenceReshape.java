package io.retrograd.backend.reference;

import io.retrograd.operation.Op;
import io.retrograd.tensor.Tensor;

/** y has x's elements in the same order under another shape; dx has dy's. */
final class ReferenceReshape implements Op {
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    ReferenceReshape(ReferenceTensor x, ReferenceTensor y) {
        this.x = x;
        this.y = y;
    }

    @Override
    public void forward() {
        for (int i = 0; i < x.size(); i++) {
            y.set(i, x.get(i));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = Reference.gradient(y);
        for (int i = 0; i < dx.size(); i++) {
            dx.set(i, dy.get(i));
        }
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return false;
    }
}
