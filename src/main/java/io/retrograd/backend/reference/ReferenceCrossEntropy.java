package io.retrograd.backend.reference;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CrossEntropySpec.Form;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy: {@link CrossEntropySpec}, with the letters there and {@code logp[r,c] = (z[r,c] −
 * m) − log Σⱼ exp(z[r,j] − m)}, m = maxⱼ z[r,j].
 *
 * <p>With the maximum taken out every exp lies in (0, 1]: no overflow for any finite z. It is never
 * added back: next to a large m the digits of the logarithm would be lost.
 */
final class ReferenceCrossEntropy extends ReferenceOp {
    private final CrossEntropySpec spec;
    private final ReferenceTensor z;
    private final ReferenceTensor target;
    private final @Nullable ReferenceTensor classWeight;
    private final ReferenceTensor y;
    private final int rows;
    private final int classes;

    /** Positions of a sample: the distance of a row's elements. */
    private final int positions;

    ReferenceCrossEntropy(Losses.CrossEntropy o) {
        super(o.x(), o.target(), o.classWeight());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        classWeight = ownOrNull(o.classWeight());
        y = own(o.y());
        classes = z.dim(1);
        rows = z.size() / classes;
        positions = rows / z.dim(0);
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            double max = max(r);
            double logSum = logSum(r, max);
            for (int c = 0; c < classes; c++) {
                double q = q(r, c);
                sum -= q == 0 ? 0 : q * (z.get(at(r, c)) - max - logSum);
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
        for (int r = 0; r < rows; r++) {
            double max = max(r);
            double sum = 1 + othersThanMax(r, max);
            double mass = 0;
            for (int c = 0; c < classes; c++) {
                mass += q(r, c);
            }
            for (int c = 0; c < classes; c++) {
                double p = logProbabilities() ? 0 : Math.exp(z.get(at(r, c)) - max) / sum;
                dz.set(at(r, c), ignored(r) ? 0 : scale * (p * mass - q(r, c)));
            }
        }
    }

    /** Where z[r,c] lies. */
    private int at(int r, int c) {
        return (r / positions * classes + c) * positions + r % positions;
    }

    private boolean logProbabilities() {
        return spec.form() == Form.LOG_PROBABILITIES;
    }

    /** m; 0 of log-probabilities. */
    private double max(int r) {
        if (logProbabilities()) {
            return 0;
        }
        double max = z.get(at(r, 0));
        for (int c = 1; c < classes; c++) {
            max = Math.max(max, z.get(at(r, c)));
        }
        return max;
    }

    /** log Σⱼ exp(z[r,j] − m), 0 or more; 0 of log-probabilities. */
    private double logSum(int r, double max) {
        return logProbabilities() ? 0 : Math.log1p(othersThanMax(r, max));
    }

    /** Σⱼ exp(z[r,j] − m) without one 1 of a largest z: what log1p takes. */
    private double othersThanMax(int r, double max) {
        double sum = 0;
        int largest = 0;
        for (int c = 0; c < classes; c++) {
            double distance = z.get(at(r, c)) - max;
            if (distance == 0) {
                largest++;
            } else {
                sum += Math.exp(distance);
            }
        }
        return largest - 1 + sum;
    }

    private double q(int r, int c) {
        double epsilon = spec.labelSmoothing();
        if (spec.form() == Form.PROBABILITIES) {
            return weight(c) * ((1 - epsilon) * target.get(at(r, c)) + epsilon / classes);
        }
        return ignored(r) ? 0 : weight(c) * ((c == label(r) ? 1 - epsilon : 0) + epsilon / classes);
    }

    private double divisor() {
        if (spec.reduction() == Reduction.SUM) {
            return 1;
        }
        if (spec.form() == Form.PROBABILITIES) {
            return rows;
        }
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += ignored(r) ? 0 : weight(label(r));
        }
        return sum;
    }

    private double weight(int c) {
        return classWeight == null ? 1 : classWeight.get(c);
    }

    private boolean ignored(int r) {
        return spec.form() != Form.PROBABILITIES && target.get(r) == spec.ignoreIndex();
    }

    private int label(int r) {
        double label = target.get(r);
        if (!(label >= 0 && label < classes)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a label from 0 to %d, got %s for sample %d",
                            target.name(), classes - 1, label, r / positions));
        }
        return (int) label;
    }
}
