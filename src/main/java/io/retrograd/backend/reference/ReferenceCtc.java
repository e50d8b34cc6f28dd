package io.retrograd.backend.reference;

import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.Losses;
import java.util.Arrays;

/** {@link CtcSpec}, with its letters; sums of exponentials take out the largest. */
final class ReferenceCtc extends ReferenceOp {
    private final CtcSpec spec;
    private final ReferenceTensor z;
    private final ReferenceTensor target;
    private final ReferenceTensor y;
    private final int classes;

    ReferenceCtc(Losses.Ctc o) {
        super(o.x(), o.target());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        y = own(o.y());
        classes = z.dim(2);
    }

    /** One sample: log-probabilities of its states in each step, and of their paths. */
    private final class Sample {
        private final int steps;
        private final int labels;
        private final int[] state;
        private final double[][] logp;
        private final double[][] lp;

        Sample(int n) {
            int width = target.dim(1);
            steps = (int) target.get(n * width);
            labels = (int) target.get(n * width + 1);
            spec.check(z.shape(), width - CtcSpec.LENGTHS, n, steps, labels);
            state = new int[2 * labels + 1];
            Arrays.fill(state, spec.blank());
            for (int i = 0; i < labels; i++) {
                state[2 * i + 1] = (int) target.get(n * width + CtcSpec.LENGTHS + i);
                spec.checkLabel(z.shape(), n, state[2 * i + 1]);
            }
            logp = new double[steps][];
            lp = new double[steps][state.length];
            for (int t = 0; t < steps; t++) {
                logp[t] = logSoftmax(spec.row(z.shape(), t, n) * classes);
                for (int s = 0; s < state.length; s++) {
                    lp[t][s] = logp[t][state[s]];
                }
            }
        }

        /** Whether a path may leave out the blank between states s and s − 2. */
        private boolean skips(int s) {
            return s >= 2 && state[s] != spec.blank() && state[s] != state[s - 2];
        }

        double[][] alpha() {
            double[][] alpha = new double[steps][state.length];
            for (int t = 0; t < steps; t++) {
                for (int s = 0; s < state.length; s++) {
                    double from = s < 2 ? 0 : Double.NEGATIVE_INFINITY;
                    if (t > 0) {
                        double[] before = alpha[t - 1];
                        from =
                                logSum(
                                        before[s],
                                        s < 1 ? Double.NEGATIVE_INFINITY : before[s - 1],
                                        skips(s) ? before[s - 2] : Double.NEGATIVE_INFINITY);
                    }
                    alpha[t][s] = lp[t][s] + from;
                }
            }
            return alpha;
        }

        double[][] beta() {
            int last = state.length - 1;
            double[][] beta = new double[steps][state.length];
            for (int t = steps - 1; t >= 0; t--) {
                for (int s = last; s >= 0; s--) {
                    double to = s >= last - 1 ? 0 : Double.NEGATIVE_INFINITY;
                    if (t < steps - 1) {
                        double[] after = beta[t + 1];
                        to =
                                logSum(
                                        after[s],
                                        s >= last ? Double.NEGATIVE_INFINITY : after[s + 1],
                                        s + 2 <= last && skips(s + 2)
                                                ? after[s + 2]
                                                : Double.NEGATIVE_INFINITY);
                    }
                    beta[t][s] = lp[t][s] + to;
                }
            }
            return beta;
        }

        double loss() {
            if (steps == 0) {
                return labels == 0 ? 0 : Double.POSITIVE_INFINITY;
            }
            double[] end = alpha()[steps - 1];
            double inLabel = labels == 0 ? Double.NEGATIVE_INFINITY : end[2 * labels - 1];
            return -logSum(end[2 * labels], inLabel, Double.NEGATIVE_INFINITY);
        }
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int n = 0; n < spec.batch(z.shape()); n++) {
            Sample sample = new Sample(n);
            double loss = sample.loss();
            boolean dropped = spec.zeroInfinity() && loss == Double.POSITIVE_INFINITY;
            sum += dropped ? 0 : loss / spec.divisor(z.shape(), sample.labels);
        }
        y.set(0, sum);
    }

    @Override
    public void backward() {
        ReferenceTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        for (int i = 0; i < z.size(); i++) {
            dz.set(i, 0);
        }
        for (int n = 0; n < spec.batch(z.shape()); n++) {
            Sample sample = new Sample(n);
            double loss = sample.loss();
            if (spec.zeroInfinity() && loss == Double.POSITIVE_INFINITY) {
                continue;
            }
            double scale = gradient(y).get(0) / spec.divisor(z.shape(), sample.labels);
            double[][] alpha = sample.alpha();
            double[][] beta = sample.beta();
            for (int t = 0; t < sample.steps; t++) {
                double[] gamma = new double[classes];
                for (int s = 0; s < sample.state.length; s++) {
                    gamma[sample.state[s]] +=
                            Math.exp(alpha[t][s] + beta[t][s] - sample.lp[t][s] + loss);
                }
                int first = spec.row(z.shape(), t, n) * classes;
                for (int c = 0; c < classes; c++) {
                    double p = loss == Double.POSITIVE_INFINITY ? Double.NaN : 1;
                    p *= Math.exp(sample.logp[t][c]);
                    dz.set(first + c, scale * (p - gamma[c]));
                }
            }
        }
    }

    private double[] logSoftmax(int first) {
        double[] logp = new double[classes];
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            logp[c] = z.get(first + c);
            max = Math.max(max, logp[c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logp[c] - max);
        }
        for (int c = 0; c < classes; c++) {
            logp[c] = logp[c] - max - Math.log(sum);
        }
        return logp;
    }

    /** log(eᵃ + eᵇ + eᶜ) */
    private static double logSum(double a, double b, double c) {
        double max = Math.max(a, Math.max(b, c));
        return max == Double.NEGATIVE_INFINITY
                ? max
                : max + Math.log(Math.exp(a - max) + Math.exp(b - max) + Math.exp(c - max));
    }
}
