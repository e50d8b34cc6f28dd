package io.retrograd.backend.reference;

import io.retrograd.operation.DiceSpec;
import io.retrograd.operation.DiceSpec.Form;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;

/** {@link DiceSpec}, with its letters. */
final class ReferenceDice extends ReferenceOp {
    private final DiceSpec spec;
    private final ReferenceTensor z;
    private final ReferenceTensor target;
    private final ReferenceTensor y;
    private final int batch;
    private final int classes;
    private final int positions;

    ReferenceDice(Losses.Dice o) {
        super(o.x(), o.target());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        y = own(o.y());
        batch = z.dim(0);
        classes = z.dim(1);
        positions = z.size() / (batch * classes);
    }

    /** Where z[n,c,i] lies. */
    private int at(int n, int c, int i) {
        return (n * classes + c) * positions + i;
    }

    private double p(int n, int c, int i) {
        double own = z.get(at(n, c, i));
        if (spec.form() == Form.SIGMOID) {
            return 1 / (1 + Math.exp(-own));
        }
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            sum += Math.exp(z.get(at(n, j, i)) - own);
        }
        return 1 / sum;
    }

    private double t(int n, int c, int i) {
        return spec.form() == Form.LABELS ? (label(n, i) == c ? 1 : 0) : target.get(at(n, c, i));
    }

    private int label(int n, int i) {
        return (int) target.get(n * positions + i);
    }

    private boolean counts(int n, int i) {
        return spec.form() != Form.LABELS || label(n, i) != spec.ignoreIndex();
    }

    private double whole(int n, int c) {
        double sum = 0;
        for (int i = 0; i < positions; i++) {
            sum += counts(n, i) ? p(n, c, i) + t(n, c, i) : 0;
        }
        return sum + spec.smooth();
    }

    private double dice(int n, int c) {
        double overlap = 0;
        for (int i = 0; i < positions; i++) {
            overlap += counts(n, i) ? p(n, c, i) * t(n, c, i) : 0;
        }
        return (2 * overlap + spec.smooth()) / whole(n, c);
    }

    private double divisor() {
        return spec.reduction() == Reduction.MEAN ? batch * classes : 1;
    }

    @Override
    public void forward() {
        checkLabels();
        double sum = 0;
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < classes; c++) {
                sum += 1 - dice(n, c);
            }
        }
        y.set(0, sum / divisor());
    }

    private void checkLabels() {
        for (int i = 0; i < target.size() && spec.form() == Form.LABELS; i++) {
            spec.checkLabel((int) target.get(i), classes, i / positions);
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        double scale = gradient(y).get(0) / divisor();
        double[] dice = new double[classes];
        double[] whole = new double[classes];
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < classes; c++) {
                dice[c] = dice(n, c);
                whole[c] = whole(n, c);
            }
            for (int i = 0; i < positions; i++) {
                double[] g = new double[classes];
                double mean = 0;
                for (int c = 0; c < classes; c++) {
                    g[c] = -scale * (2 * t(n, c, i) - dice[c]) / whole[c];
                    mean += g[c] * p(n, c, i);
                }
                for (int c = 0; c < classes; c++) {
                    double p = p(n, c, i);
                    double slope =
                            spec.form() == Form.SIGMOID ? p * (1 - p) * g[c] : p * (g[c] - mean);
                    dz.set(at(n, c, i), counts(n, i) ? slope : 0);
                }
            }
        }
    }
}
