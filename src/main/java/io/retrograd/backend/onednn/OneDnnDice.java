package io.retrograd.backend.onednn;

import io.retrograd.operation.DiceSpec;
import io.retrograd.operation.DiceSpec.Form;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * {@link DiceSpec}, with the letters there, in Java with sums in float64. 1 − D is computed as
 * {@code Σᵢ (p·(1 − t) + (1 − p)·t) / U}, which keeps its digits where D is near 1.
 */
final class OneDnnDice extends OneDnnOp {
    private final DiceSpec spec;
    private final OneDnnTensor z;
    private final OneDnnTensor target;
    private final OneDnnTensor y;
    private final int batch;
    private final int classes;
    private final int positions;
    private final double divisor;
    private final double[] losses;

    OneDnnDice(Losses.Dice o) {
        super(o, "dice " + o.spec() + o.x().shape());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        y = own(o.y());
        batch = o.x().shape().dim(0);
        classes = o.x().shape().dim(1);
        positions = z.size() / (batch * classes);
        divisor = spec.reduction() == Reduction.MEAN ? batch * classes : 1;
        losses = new double[batch];
    }

    @Override
    void prepare(Planner planner) {
        Pass pass = forwardPass();
        Sample[] samples = samples(pass);
        pass.add("dice labels", this::checkLabels);
        pass.share(
                "dice",
                batch,
                z.size(),
                (member, from, end) -> {
                    for (int n = from; n < end; n++) {
                        losses[n] = samples[member].measure(n);
                    }
                },
                samples[0].opened());
        pass.add("dice sum", () -> y.set(0, sum(losses) / divisor));
        pass.writes(y);
        OneDnnTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        Pass back = backwardPass();
        Sample[] again = samples(back);
        OneDnnTensor to = back.out(dz, z.plain());
        back.share(
                "dice backward",
                batch,
                z.size(),
                (member, from, end) -> {
                    double scale = y.requireGradient().get(0) / divisor;
                    for (int n = from; n < end; n++) {
                        again[member].gradients(n, scale, to);
                    }
                },
                again[0].opened(to, y.requireGradient()));
        back.store(to, dz);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** One for each thread. */
    private Sample[] samples(Pass pass) {
        Sample[] samples = new Sample[engine().threads()];
        Arrays.setAll(samples, i -> new Sample(pass));
        return samples;
    }

    private void checkLabels() {
        for (int i = 0; i < target.size() && spec.form() == Form.LABELS; i++) {
            spec.checkLabel(target.buffer().getInt(i * Integer.BYTES), classes, i / positions);
        }
    }

    /** Sums over the positions of one sample after another. */
    private final class Sample {
        private final OneDnnTensor logits;
        private final OneDnnTensor targets;
        private final double[] p = new double[classes];
        private final double[] g = new double[classes];

        /** U of each class, and of 1 − D the dividend. */
        private final double[] whole = new double[classes];

        private final double[] missed = new double[classes];
        private int n;

        Sample(Pass pass) {
            logits = pass.in(z, z.plain());
            targets = pass.in(target, target.plain());
        }

        /** The tensors that threads read, and those that they write. */
        OneDnnTensor[] opened(OneDnnTensor... written) {
            Stream<OneDnnTensor> read =
                    spec.form() == Form.LABELS ? Stream.of(logits) : Stream.of(logits, targets);
            return Stream.concat(read, Stream.of(written)).toArray(OneDnnTensor[]::new);
        }

        void gradients(int sample, double scale, OneDnnTensor dz) {
            measure(sample);
            for (int i = 0; i < positions; i++) {
                gradient(i, scale, dz);
            }
        }

        /** Adds up the sums of a sample and gives its loss. */
        double measure(int sample) {
            n = sample;
            for (int c = 0; c < classes; c++) {
                whole[c] = spec.smooth();
                missed[c] = 0;
            }
            for (int i = 0; i < positions; i++) {
                if (counts(i)) {
                    probabilities(i);
                    for (int c = 0; c < classes; c++) {
                        double t = t(c, i);
                        whole[c] += p[c] + t;
                        missed[c] += p[c] * (1 - t) + (1 - p[c]) * t;
                    }
                }
            }
            double loss = 0;
            for (int c = 0; c < classes; c++) {
                loss += missed[c] / whole[c];
            }
            return loss;
        }

        private boolean counts(int i) {
            return spec.form() != Form.LABELS || label(i) != spec.ignoreIndex();
        }

        private int label(int i) {
            return targets.buffer().getInt((n * positions + i) * Integer.BYTES);
        }

        private int at(int c, int i) {
            return (n * classes + c) * positions + i;
        }

        private double t(int c, int i) {
            return spec.form() == Form.LABELS ? (label(i) == c ? 1 : 0) : targets.get(at(c, i));
        }

        private void probabilities(int i) {
            double most = spec.form() == Form.SIGMOID ? 0 : Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes && spec.form() != Form.SIGMOID; c++) {
                most = Math.max(most, logits.get(at(c, i)));
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double x = logits.get(at(c, i));
                double e = Math.exp(spec.form() == Form.SIGMOID ? -Math.abs(x) : x - most);
                p[c] = spec.form() != Form.SIGMOID ? e : (x >= 0 ? 1 : e) / (1 + e);
                sum += e;
            }
            for (int c = 0; c < classes && spec.form() != Form.SIGMOID; c++) {
                p[c] /= sum;
            }
        }

        private void gradient(int i, double scale, OneDnnTensor dz) {
            boolean counts = counts(i);
            probabilities(i);
            double mean = 0;
            for (int c = 0; c < classes && counts; c++) {
                g[c] = scale * (1 - 2 * t(c, i) - missed[c] / whole[c]) / whole[c];
                mean += g[c] * p[c];
            }
            for (int c = 0; c < classes; c++) {
                double slope = spec.form() == Form.SIGMOID ? g[c] * (1 - p[c]) : g[c] - mean;
                dz.set(at(c, i), counts ? p[c] * slope : 0);
            }
        }
    }
}
