package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

/**
 * Softmax along one dimension.
 *
 * <pre>
 *   y[d] = e^(x[d] − max) / Σⱼ e^(x[j] − max)        max = maxⱼ x[j]
 *
 *   dx[d] = y[d]·(dy[d] − Σⱼ y[j]·dy[j])
 * </pre>
 *
 * Subtracting the maximum keeps every exponential in (0, 1]: no overflow for any finite x.
 */
final class ReferenceSoftmax extends ReferenceLines {
    ReferenceSoftmax(Normalizations.Softmax o) {
        super(o);
    }

    @Override
    void forwardLine(int first) {
        double max = max(first);
        double sum = 0;
        for (int d = 0; d < length; d++) {
            double e = Math.exp(x.get(first + d * stride) - max);
            y.set(first + d * stride, e);
            sum += e;
        }
        for (int d = 0; d < length; d++) {
            y.set(first + d * stride, y.get(first + d * stride) / sum);
        }
    }

    @Override
    void backwardLine(int first, ReferenceTensor dx, ReferenceTensor dy) {
        double sum = 0;
        for (int d = 0; d < length; d++) {
            sum += y.get(first + d * stride) * dy.get(first + d * stride);
        }
        for (int d = 0; d < length; d++) {
            int i = first + d * stride;
            dx.set(i, y.get(i) * (dy.get(i) - sum));
        }
    }
}
