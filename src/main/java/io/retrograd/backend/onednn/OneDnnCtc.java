package io.retrograd.backend.onednn;

import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.Losses;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link CtcSpec}, with its letters, in float64, each sample by one thread. Where there is a
 * gradient, forward computes it and saves what backward scales.
 */
final class OneDnnCtc extends OneDnnOp {
    private static final double NEVER = Double.NEGATIVE_INFINITY;

    private final CtcSpec spec;
    private final OneDnnTensor z;
    private final OneDnnTensor target;
    private final OneDnnTensor y;
    private final int steps;
    private final int batch;
    private final int classes;
    private final int width;
    private final double[] losses;

    OneDnnCtc(Losses.Ctc o) {
        super(o, "ctc " + o.spec() + o.x().shape());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        y = own(o.y());
        steps = spec.steps(z.shape());
        batch = spec.batch(z.shape());
        classes = z.shape().dim(2);
        width = target.shape().dim(1);
        losses = new double[batch];
    }

    @Override
    void prepare(Planner planner) {
        OneDnnTensor logits = forwardPass().in(z, z.plain());
        forwardPass().writes(y);
        OneDnnTensor dz = z.gradient();
        OneDnnTensor saved = null;
        if (dz != null) {
            Layout plain = engine().layouts().plain(Precision.FLOAT32.type(), z.dims());
            saved = save(z.name() + ".difference", plain);
        }
        OneDnnTensor to = saved;
        Sample[] workspaces = new Sample[engine().threads()];
        Arrays.setAll(workspaces, i -> new Sample(logits, to));
        Team.Part part =
                (member, from, end) -> {
                    for (int n = from; n < end; n++) {
                        losses[n] = workspaces[member].compute(n);
                    }
                };
        forwardPass().add("ctc", () -> forward(part, logits, to), z, target);
        if (dz != null && saved != null) {
            OneDnnTensor differences = saved;
            OneDnnTensor out = backwardPass().out(dz, z.plain());
            backwardPass().add("ctc backward", () -> backward(differences, out));
            backwardPass().store(out, dz);
        }
    }

    private void forward(Team.Part part, OneDnnTensor logits, @Nullable OneDnnTensor to) {
        for (int n = 0; n < batch; n++) {
            spec.check(z.shape(), width - CtcSpec.LENGTHS, n, given(n, 0), given(n, 1));
            for (int i = 0; i < given(n, 1); i++) {
                spec.checkLabel(z.shape(), n, given(n, CtcSpec.LENGTHS + i));
            }
        }
        logits.buffer();
        if (to != null) {
            to.buffer();
        }
        if (batch == 1 || engine().threads() == 1) {
            part.run(0, 0, batch);
        } else {
            engine().team().run(batch, part);
        }
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        y.set(0, sum);
    }

    private int given(int n, int i) {
        return target.buffer().getInt((n * width + i) * Integer.BYTES);
    }

    private void backward(OneDnnTensor saved, OneDnnTensor dz) {
        double scale = y.requireGradient().get(0);
        for (int i = 0; i < z.size(); i++) {
            dz.set(i, scale * saved.get(i));
        }
    }

    /** What one thread computes samples in. */
    private final class Sample {
        private final OneDnnTensor logits;
        private final @Nullable OneDnnTensor saved;
        private final int[] state = new int[2 * (width - CtcSpec.LENGTHS) + 1];
        private final double[] logp = new double[steps * classes];
        private final double[] alpha = new double[steps * state.length];
        private double[] beta = new double[state.length];
        private double[] next = new double[state.length];
        private final double[] gamma = new double[classes];
        private int states;
        private int length;

        Sample(OneDnnTensor logits, @Nullable OneDnnTensor saved) {
            this.logits = logits;
            this.saved = saved;
        }

        /** The sample's part of the loss. */
        double compute(int n) {
            length = given(n, 0);
            int labels = given(n, 1);
            states = 2 * labels + 1;
            Arrays.fill(state, spec.blank());
            for (int i = 0; i < labels; i++) {
                state[2 * i + 1] = given(n, CtcSpec.LENGTHS + i);
            }
            for (int t = 0; t < length; t++) {
                logSoftmax(spec.row(z.shape(), t, n) * classes, t * classes);
            }
            double loss = forward(labels);
            boolean dropped = spec.zeroInfinity() && loss == Double.POSITIVE_INFINITY;
            double divisor = spec.divisor(z.shape(), labels);
            if (saved != null) {
                save(saved, n, dropped ? 0 : length, loss, 1 / divisor);
            }
            return dropped ? 0 : loss / divisor;
        }

        private double forward(int labels) {
            if (length == 0) {
                return labels == 0 ? 0 : Double.POSITIVE_INFINITY;
            }
            for (int t = 0; t < length; t++) {
                int now = t * states;
                int before = now - states;
                for (int s = 0; s < states; s++) {
                    double from = s < 2 ? 0 : NEVER;
                    if (t > 0) {
                        from =
                                logSum(
                                        alpha[before + s],
                                        s < 1 ? NEVER : alpha[before + s - 1],
                                        skips(s) ? alpha[before + s - 2] : NEVER);
                    }
                    alpha[now + s] = lp(t, s) + from;
                }
            }
            int end = (length - 1) * states + 2 * labels;
            return -logSum(alpha[end], labels == 0 ? NEVER : alpha[end - 1], NEVER);
        }

        /** Saves softmax − γ of the first steps, scaled, and 0 of the others. */
        private void save(OneDnnTensor to, int n, int counted, double loss, double scale) {
            for (int t = counted; t < steps; t++) {
                int first = spec.row(z.shape(), t, n) * classes;
                for (int c = 0; c < classes; c++) {
                    to.set(first + c, 0);
                }
            }
            for (int t = counted - 1; t >= 0; t--) {
                stepBack(t);
                Arrays.fill(gamma, 0);
                for (int s = 0; s < states; s++) {
                    double path = alpha[t * states + s] + beta[s] - lp(t, s);
                    gamma[state[s]] += Math.exp(path + loss);
                }
                int first = spec.row(z.shape(), t, n) * classes;
                for (int c = 0; c < classes; c++) {
                    double p = Math.exp(logp[t * classes + c]);
                    boolean finite = loss != Double.POSITIVE_INFINITY;
                    to.set(first + c, finite ? scale * (p - gamma[c]) : Double.NaN);
                }
            }
        }

        /** Computes β of step t from that of the step behind. */
        private void stepBack(int t) {
            double[] after = beta;
            for (int s = states - 1; s >= 0; s--) {
                double to = s >= states - 2 ? 0 : NEVER;
                if (t < length - 1) {
                    to =
                            logSum(
                                    after[s],
                                    s + 1 < states ? after[s + 1] : NEVER,
                                    s + 2 < states && skips(s + 2) ? after[s + 2] : NEVER);
                }
                next[s] = lp(t, s) + to;
            }
            beta = next;
            next = after;
        }

        private double lp(int t, int s) {
            return logp[t * classes + state[s]];
        }

        /** Whether a path may leave out the blank between states s and s − 2. */
        private boolean skips(int s) {
            return s >= 2 && state[s] != spec.blank() && state[s] != state[s - 2];
        }

        private void logSoftmax(int from, int to) {
            double max = NEVER;
            for (int c = 0; c < classes; c++) {
                max = Math.max(max, logits.get(from + c));
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits.get(from + c) - max);
            }
            double logSum = Math.log(sum);
            for (int c = 0; c < classes; c++) {
                logp[to + c] = logits.get(from + c) - max - logSum;
            }
        }
    }

    /** log(eᵃ + eᵇ + eᶜ) */
    private static double logSum(double a, double b, double c) {
        double max = Math.max(a, Math.max(b, c));
        return max == NEVER
                ? max
                : max + Math.log(Math.exp(a - max) + Math.exp(b - max) + Math.exp(c - max));
    }
}
