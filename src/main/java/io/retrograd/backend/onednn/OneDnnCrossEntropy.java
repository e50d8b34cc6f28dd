package io.retrograd.backend.onednn;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of logits with class labels: {@link CrossEntropySpec}, with the letters there and
 * {@code logp[n,c] = (z[n,c] − m) − log Σⱼ exp(z[n,j] − m)}, m = maxⱼ z[n,j]. Forward computes each
 * exp once and saves softmax − q/Σq for backward; sums are in float64.
 */
final class OneDnnCrossEntropy extends OneDnnOp {
    private final CrossEntropySpec spec;
    private final OneDnnTensor z;
    private final OneDnnTensor labels;
    private final @Nullable OneDnnTensor classWeight;
    private final OneDnnTensor y;
    private final int rows;
    private final int classes;
    private final double[] p;
    private final double[] weight;
    private double divisor = 1;

    /** The largest logit of the current row. */
    private double max;

    OneDnnCrossEntropy(Losses.CrossEntropy o) {
        super(o, "crossEntropy " + o.spec() + o.x().shape());
        spec = o.spec();
        z = own(o.x());
        labels = own(o.labels());
        classWeight = ownOrNull(o.classWeight());
        y = own(o.y());
        rows = z.shape().dim(0);
        classes = z.shape().dim(1);
        p = new double[classes];
        weight = new double[classes];
    }

    @Override
    void prepare(Planner planner) {
        OneDnnTensor logits = forwardPass().in(z, z.plain());
        forwardPass().writes(y);
        OneDnnTensor dz = z.gradient();
        if (dz == null) {
            forwardPass().add("cross entropy", () -> forward(logits, null), z, labels);
            return;
        }
        Layout plain = engine().layouts().plain(Precision.FLOAT32.type(), z.dims());
        OneDnnTensor saved = save(z.name() + ".difference", plain);
        forwardPass().add("cross entropy", () -> forward(logits, saved), z, labels);
        OneDnnTensor to = backwardPass().out(dz, z.plain());
        backwardPass().add("cross entropy backward", () -> backward(saved, to));
        backwardPass().store(to, dz);
    }

    private void forward(OneDnnTensor logits, @Nullable OneDnnTensor saved) {
        double totalWeight = 0;
        for (int c = 0; c < classes; c++) {
            weight[c] = classWeight == null ? 1 : classWeight.get(c);
            totalWeight += weight[c];
        }
        double smooth = spec.labelSmoothing() / classes;
        double loss = 0;
        double mass = 0;
        for (int n = 0; n < rows; n++) {
            int label = label(n);
            double logSum = softmax(logits, n);
            double own = (1 - spec.labelSmoothing()) * weight[label];
            loss += own == 0 ? 0 : own * (logSum + (max - logits.get(n * classes + label)));
            for (int c = 0; smooth > 0 && c < classes; c++) {
                double q = smooth * weight[c];
                loss += q == 0 ? 0 : q * (logSum + (max - logits.get(n * classes + c)));
            }
            mass += weight[label];
            if (saved != null) {
                save(saved, n, label, own, smooth, own + smooth * totalWeight);
            }
        }
        divisor = spec.reduction() == Reduction.SUM ? 1 : mass;
        y.buffer().putFloat(0, (float) (loss / divisor));
    }

    /**
     * Finds m, puts softmax(z[n]) into p and gives log Σⱼ exp(z[n,j] − m): log1p of the sum without
     * one 1 of a largest z, which keeps its digits where the rest is small.
     */
    private double softmax(OneDnnTensor logits, int n) {
        max = logits.get(n * classes);
        for (int c = 1; c < classes; c++) {
            max = Math.max(max, logits.get(n * classes + c));
        }
        double others = 0;
        int largest = 0;
        for (int c = 0; c < classes; c++) {
            p[c] = Math.exp(logits.get(n * classes + c) - max);
            if (p[c] == 1) {
                largest++;
            } else {
                others += p[c];
            }
        }
        others += largest - 1;
        for (int c = 0; c < classes; c++) {
            p[c] /= 1 + others;
        }
        return Math.log1p(others);
    }

    private void save(
            OneDnnTensor saved, int n, int label, double own, double smooth, double total) {
        for (int c = 0; c < classes; c++) {
            double q = smooth * weight[c] + (c == label ? own : 0);
            saved.set(n * classes + c, p[c] * total - q);
        }
    }

    private void backward(OneDnnTensor saved, OneDnnTensor dz) {
        double scale = y.requireGradient().get(0) / divisor;
        for (int i = 0; i < rows * classes; i++) {
            dz.set(i, scale * saved.get(i));
        }
    }

    private int label(int n) {
        int label = labels.buffer().getInt(n * Integer.BYTES);
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a label from 0 to %d, got %d for sample %d",
                            labels.name(), classes - 1, label, n));
        }
        return label;
    }
}
