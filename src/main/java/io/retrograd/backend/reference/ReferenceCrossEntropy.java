package io.retrograd.backend.reference;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of logits with class labels: {@link CrossEntropySpec}, with the letters there and
 * {@code logp[n,c] = (z[n,c] − m) − log Σⱼ exp(z[n,j] − m)}, m = maxⱼ z[n,j].
 *
 * <p>With the maximum taken out every exp lies in (0, 1]: no overflow for any finite z. It is never
 * added back: next to a large m the digits of the logarithm would be lost.
 */
final class ReferenceCrossEntropy extends ReferenceOp {
    private final CrossEntropySpec spec;
    private final ReferenceTensor z;
    private final ReferenceTensor labels;
    private final @Nullable ReferenceTensor classWeight;
    private final ReferenceTensor y;
    private final int rows;
    private final int classes;

    ReferenceCrossEntropy(Losses.CrossEntropy o) {
        super(o.x(), o.labels(), o.classWeight());
        spec = o.spec();
        z = own(o.x());
        labels = own(o.labels());
        classWeight = ownOrNull(o.classWeight());
        y = own(o.y());
        rows = z.dim(0);
        classes = z.dim(1);
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int n = 0; n < rows; n++) {
            double max = max(n);
            double logSum = logSum(n, max);
            int label = label(n);
            for (int c = 0; c < classes; c++) {
                double q = target(label, c);
                sum -= q == 0 ? 0 : q * (z.get(n * classes + c) - max - logSum);
            }
        }
        y.set(0, sum / divisor());
    }

    @Override
    public void backward() {
        ReferenceTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        double scale = gradient(y).get(0) / divisor();
        for (int n = 0; n < rows; n++) {
            double max = max(n);
            double sum = 1 + othersThanMax(n, max);
            int label = label(n);
            double mass = 0;
            for (int c = 0; c < classes; c++) {
                mass += target(label, c);
            }
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(z.get(n * classes + c) - max) / sum;
                dz.set(n * classes + c, scale * (p * mass - target(label, c)));
            }
        }
    }

    private double max(int n) {
        double max = z.get(n * classes);
        for (int c = 1; c < classes; c++) {
            max = Math.max(max, z.get(n * classes + c));
        }
        return max;
    }

    /** log Σⱼ exp(z[n,j] − m): 0 or more. */
    private double logSum(int n, double max) {
        return Math.log1p(othersThanMax(n, max));
    }

    /** Σⱼ exp(z[n,j] − m) without one 1 of a largest z: what log1p takes. */
    private double othersThanMax(int n, double max) {
        double sum = 0;
        int largest = 0;
        for (int c = 0; c < classes; c++) {
            double distance = z.get(n * classes + c) - max;
            if (distance == 0) {
                largest++;
            } else {
                sum += Math.exp(distance);
            }
        }
        return largest - 1 + sum;
    }

    /** q[n,c] for label[n]. */
    private double target(int label, int c) {
        double epsilon = spec.labelSmoothing();
        return weight(c) * ((c == label ? 1 - epsilon : 0) + epsilon / classes);
    }

    private double divisor() {
        if (spec.reduction() == Reduction.SUM) {
            return 1;
        }
        double sum = 0;
        for (int n = 0; n < rows; n++) {
            sum += weight(label(n));
        }
        return sum;
    }

    private double weight(int c) {
        return classWeight == null ? 1 : classWeight.get(c);
    }

    private int label(int n) {
        double label = labels.get(n);
        if (!(label >= 0 && label < classes)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a label from 0 to %d, got %s for sample %d",
                            labels.name(), classes - 1, label, n));
        }
        return (int) label;
    }
}
