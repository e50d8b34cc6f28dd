package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

/**
 * The logarithm of softmax along one dimension.
 *
 * <pre>
 *   y[d] = (x[d] − max) − log Σⱼ e^(x[j] − max)        max = maxⱼ x[j]
 *
 *   dx[d] = dy[d] − e^y[d]·Σⱼ dy[j]
 * </pre>
 *
 * The sum holds one exact 1, of a largest x; the logarithm is log1p of the rest, which keeps its
 * digits where the rest is small.
 */
final class ReferenceLogSoftmax extends ReferenceLines {
    ReferenceLogSoftmax(Normalizations.Softmax o) {
        super(o);
    }

    @Override
    void forwardLine(int first) {
        double max = max(first);
        double sum = 0;
        int largest = 0;
        for (int d = 0; d < length; d++) {
            double distance = x.get(first + d * stride) - max;
            if (distance == 0) {
                largest++;
            } else {
                sum += Math.exp(distance);
            }
        }
        double log = Math.log1p(largest - 1 + sum);
        for (int d = 0; d < length; d++) {
            int i = first + d * stride;
            y.set(i, x.get(i) - max - log);
        }
    }

    @Override
    void backwardLine(int first, ReferenceTensor dx, ReferenceTensor dy) {
        double sum = 0;
        for (int d = 0; d < length; d++) {
            sum += dy.get(first + d * stride);
        }
        for (int d = 0; d < length; d++) {
            int i = first + d * stride;
            dx.set(i, dy.get(i) - Math.exp(y.get(i)) * sum);
        }
    }
}
