package io.retrograd.backend.reference;

import io.retrograd.operation.Elementwise;
import io.retrograd.operation.RandomState;
import io.retrograd.tensor.Philox;

/** Dropout: {@link Elementwise.Dropout}. Saves nothing: backward draws the same numbers again. */
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
