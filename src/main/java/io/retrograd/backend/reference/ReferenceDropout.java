package io.retrograd.backend.reference;

import io.retrograd.operation.Elementwise;
import io.retrograd.operation.RandomState;
import io.retrograd.tensor.Philox;

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
final class ReferenceDropout extends ReferenceOp {
    /** Where the step count stands in {@link RandomState#control}. */
    private static final int STEP = 1;

    private final double p;
    private final long seed;
    private final long stream;
    private final ReferenceTensor control;
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    ReferenceDropout(Elementwise.Dropout o, RandomState random) {
        p = o.p();
        seed = random.seed();
        stream = o.stream();
        control = own(random.control());
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    public void forward() {
        drop(x, y);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            drop(gradient(y), dx);
        }
    }

    private void drop(ReferenceTensor from, ReferenceTensor to) {
        long streamOfStep = stream + (long) control.get(STEP);
        for (int i = 0; i < to.size(); i++) {
            boolean keep = Philox.uniform(seed, streamOfStep, i) >= p;
            to.set(i, keep ? from.get(i) / (1 - p) : 0);
        }
    }
}
