package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

/**
 * A function of the lines along one dimension: each line of y is computed from the same line of x.
 *
 * <pre>
 *   x, y (outer..., D, inner...)        a line: the D elements of one (outer, inner), inner apart
 * </pre>
 */
abstract class ReferenceLines extends ReferenceOp {
    final ReferenceTensor x;
    final ReferenceTensor y;

    /** Elements of a line. */
    final int length;

    /** Distance between neighbours in a line. */
    final int stride;

    private final int outer;

    ReferenceLines(Normalizations.Softmax o) {
        super(o.y());
        x = own(o.x());
        y = own(o.y());
        outer = product(x, 0, o.dim());
        length = x.dim(o.dim());
        stride = product(x, o.dim() + 1, x.shape().rank());
    }

    /** Computes y for the line of which element {@code first} is the first. */
    abstract void forwardLine(int first);

    /** Computes dx for the line of which element {@code first} is the first. */
    abstract void backwardLine(int first, ReferenceTensor dx, ReferenceTensor dy);

    @Override
    public final void forward() {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < stride; i++) {
                forwardLine(o * length * stride + i);
            }
        }
    }

    @Override
    public final void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = gradient(y);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < stride; i++) {
                backwardLine(o * length * stride + i, dx, dy);
            }
        }
    }

    /** The largest element of x's line. */
    final double max(int first) {
        double max = x.get(first);
        for (int d = 1; d < length; d++) {
            max = Math.max(max, x.get(first + d * stride));
        }
        return max;
    }
}
