package io.retrograd.backend.reference;

import io.retrograd.operation.Elementwise;

/** {@link Elementwise.Glu}. */
final class ReferenceGlu extends ReferenceOp {
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    /** Neighbouring elements of a half of x. */
    private final int half;

    ReferenceGlu(Elementwise.Glu o) {
        super(o.x());
        x = own(o.x());
        y = own(o.y());
        half = product(y, o.dim(), y.shape().rank());
    }

    @Override
    public void forward() {
        for (int i = 0; i < y.size(); i++) {
            y.set(i, x.get(first(i)) * sigmoid(x.get(first(i) + half)));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        for (int i = 0; dx != null && i < y.size(); i++) {
            double dy = gradient(y).get(i);
            double a = x.get(first(i));
            double b = x.get(first(i) + half);
            dx.set(first(i), dy * sigmoid(b));
            dx.set(first(i) + half, dy * a * sigmoid(b) * sigmoid(-b));
        }
    }

    /** Where x has the first factor of element i of y. */
    private int first(int i) {
        return i / half * 2 * half + i % half;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
