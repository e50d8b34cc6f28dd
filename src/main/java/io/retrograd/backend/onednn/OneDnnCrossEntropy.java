package io.retrograd.backend.onednn;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CrossEntropySpec.Form;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy: {@link CrossEntropySpec}, with the letters there and {@code logp[r,c] = (z[r,c] −
 * m) − log Σⱼ exp(z[r,j] − m)}, m = maxⱼ z[r,j]. Forward computes each exp once and saves
 * softmax·Σq − q for backward; sums are in float64, of blocks of rows in their order.
 */
final class OneDnnCrossEntropy extends OneDnnOp {
    /** Rows of a block; fewer blocks than threads are one thread's work. */
    private static final int BLOCK = 256;

    private final CrossEntropySpec spec;
    private final OneDnnTensor z;
    private final OneDnnTensor target;
    private final @Nullable OneDnnTensor classWeight;
    private final OneDnnTensor y;
    private final int rows;
    private final int classes;

    /** Positions of a sample: the distance of a row's elements. */
    private final int positions;

    private final boolean probabilities;
    private final double[] weight;
    private final double[] blockLoss;
    private double totalWeight;
    private double divisor = 1;

    OneDnnCrossEntropy(Losses.CrossEntropy o) {
        super(o, "crossEntropy " + o.spec() + o.x().shape());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        classWeight = ownOrNull(o.classWeight());
        y = own(o.y());
        classes = z.shape().dim(1);
        rows = z.size() / classes;
        positions = rows / z.shape().dim(0);
        probabilities = spec.form() == Form.PROBABILITIES;
        weight = new double[classes];
        blockLoss = new double[Math.floorDiv(rows + BLOCK - 1, BLOCK)];
    }

    @Override
    void prepare(Planner planner) {
        OneDnnTensor logits = forwardPass().in(z, z.plain());
        OneDnnTensor targets = probabilities ? forwardPass().in(target, target.plain()) : target;
        forwardPass().writes(y);
        OneDnnTensor dz = z.gradient();
        OneDnnTensor saved = null;
        if (dz != null) {
            Layout plain = engine().layouts().plain(Precision.FLOAT32.type(), z.dims());
            saved = save(z.name() + ".difference", plain);
        }
        Row[] workspaces = new Row[engine().threads()];
        OneDnnTensor to = saved;
        Arrays.setAll(workspaces, i -> new Row(logits, targets, to));
        Team.Part part =
                (member, from, end) -> {
                    for (int block = from; block < end; block++) {
                        workspaces[member].block(block);
                    }
                };
        forwardPass().add("cross entropy", () -> forward(part, logits, targets, to), z, target);
        if (dz != null && saved != null) {
            OneDnnTensor differences = saved;
            OneDnnTensor out = backwardPass().out(dz, z.plain());
            backwardPass().add("cross entropy backward", () -> backward(differences, out));
            backwardPass().store(out, dz);
        }
    }

    private void forward(
            Team.Part part, OneDnnTensor logits, OneDnnTensor targets, @Nullable OneDnnTensor to) {
        totalWeight = 0;
        for (int c = 0; c < classes; c++) {
            weight[c] = classWeight == null ? 1 : classWeight.get(c);
            totalWeight += weight[c];
        }
        double mass = mass(targets);
        logits.buffer();
        if (to != null) {
            to.buffer();
        }
        int blocks = blockLoss.length;
        if (blocks == 1 || engine().threads() == 1) {
            part.run(0, 0, blocks);
        } else {
            engine().team().run(blocks, part);
        }
        double loss = 0;
        for (int block = 0; block < blocks; block++) {
            loss += blockLoss[block];
        }
        divisor = spec.reduction() == Reduction.SUM ? 1 : mass;
        y.buffer().putFloat(0, (float) (loss / divisor));
    }

    /** The divisor of a mean; all labels are checked. */
    private double mass(OneDnnTensor targets) {
        double mass = 0;
        for (int r = 0; r < rows && !probabilities; r++) {
            int label = label(targets, r);
            if (label != spec.ignoreIndex() && (label < 0 || label >= classes)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a label from 0 to %d, got %d for sample %d",
                                targets.name(), classes - 1, label, r / positions));
            }
            mass += label == spec.ignoreIndex() ? 0 : weight[label];
        }
        return probabilities ? rows : mass;
    }

    private static int label(OneDnnTensor targets, int r) {
        return targets.buffer().getInt(r * Integer.BYTES);
    }

    private void backward(OneDnnTensor saved, OneDnnTensor dz) {
        double scale = y.requireGradient().get(0) / divisor;
        for (int i = 0; i < rows * classes; i++) {
            float difference = saved.get(i);
            // Rows that are ignored stay 0 where all are and the divisor is 0.
            dz.set(i, difference == 0 ? 0 : scale * difference);
        }
    }

    /** What one thread computes rows in. */
    private final class Row {
        private final OneDnnTensor logits;
        private final OneDnnTensor targets;
        private final @Nullable OneDnnTensor saved;
        private final double[] p = new double[classes];
        private final double[] q = new double[classes];

        /** Where the row's first element lies, and its largest logit. */
        private int first;

        private double max;

        Row(OneDnnTensor logits, OneDnnTensor targets, @Nullable OneDnnTensor saved) {
            this.logits = logits;
            this.targets = targets;
            this.saved = saved;
        }

        void block(int block) {
            double loss = 0;
            for (int r = block * BLOCK; r < Math.min(rows, (block + 1) * BLOCK); r++) {
                first = r / positions * classes * positions + r % positions;
                boolean ignored = !probabilities && label(targets, r) == spec.ignoreIndex();
                double total = ignored ? nothing() : probabilities ? shares() : ofLabel(r);
                double logSum = spec.form() == Form.LOG_PROBABILITIES ? unchanged() : softmax();
                for (int c = 0; c < classes; c++) {
                    loss += q[c] == 0 ? 0 : q[c] * (logSum + (max - z(c)));
                }
                for (int c = 0; c < classes && saved != null; c++) {
                    saved.set(first + c * positions, ignored ? 0 : p[c] * total - q[c]);
                }
            }
            blockLoss[block] = loss;
        }

        /** Puts q of an ignored row into q and gives its sum. */
        private double nothing() {
            Arrays.fill(q, 0);
            return 0;
        }

        /** The same of probabilities. */
        private double shares() {
            double smooth = spec.labelSmoothing() / classes;
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double t = targets.get(first + c * positions);
                q[c] = weight[c] * ((1 - spec.labelSmoothing()) * t + smooth);
                sum += q[c];
            }
            return sum;
        }

        /** The same of a label. */
        private double ofLabel(int r) {
            double smooth = spec.labelSmoothing() / classes;
            for (int c = 0; c < classes; c++) {
                q[c] = smooth * weight[c];
            }
            int label = label(targets, r);
            double own = (1 - spec.labelSmoothing()) * weight[label];
            q[label] += own;
            return own + smooth * totalWeight;
        }

        private double z(int c) {
            return logits.get(first + c * positions);
        }

        /** Of log-probabilities: m = 0, no softmax, and 0. */
        private double unchanged() {
            max = 0;
            return 0;
        }

        /**
         * Finds m, puts softmax(z[r]) into p and gives log Σⱼ exp(z[r,j] − m): log1p of the sum
         * without one 1 of a largest z, which keeps its digits where the rest is small.
         */
        private double softmax() {
            max = z(0);
            for (int c = 1; c < classes; c++) {
                max = Math.max(max, z(c));
            }
            double others = 0;
            int largest = 0;
            for (int c = 0; c < classes; c++) {
                p[c] = Math.exp(z(c) - max);
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
    }
}
