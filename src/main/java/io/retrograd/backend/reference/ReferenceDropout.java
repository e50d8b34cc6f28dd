package io.retrograd.backend.reference;

import io.retrograd.operation.Op;
import io.retrograd.operation.RandomState;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Tensor;

/**
 * Sets elements to zero at random, and scales the others so that the expected value stays.
 *
 * <pre>
 *   x, y  any shape    u[i] = Philox uniform of (seed, stream + step, i)
 *
 *   y[i] = x[i]/(1 − p) where u[i] ≥ p, else 0        dx[i] = dy[i]/(1 − p) where u[i] ≥ p, else 0
 * </pre>
 *
 * Nothing is saved: backward draws the same numbers again.
 *
 * <p>Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from
 * overfitting, JMLR 15, 2014.
 */
final class ReferenceDropout implements Op {
    /** Where the step count stands in {@link RandomState#control}. */
    private static final int STEP = 1;

    private final double p;
    private final long seed;
    private final long stream;
    private final ReferenceTensor control;
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    ReferenceDropout(
            double p, long stream, RandomState random, ReferenceTensor x, ReferenceTensor y) {
        this.p = p;
        this.seed = random.seed();
        this.stream = stream;
        this.control = Reference.own(random.control());
        this.x = x;
        this.y = y;
    }

    @Override
    public void forward() {
        drop(x, y);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            drop(Reference.gradient(y), dx);
        }
    }

    private void drop(ReferenceTensor from, ReferenceTensor to) {
        long streamOfStep = stream + (long) control.get(STEP);
        for (int i = 0; i < to.size(); i++) {
            boolean keep = Philox.uniform(seed, streamOfStep, i) >= p;
            to.set(i, keep ? from.get(i) / (1 - p) : 0);
        }
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return false;
    }
}
