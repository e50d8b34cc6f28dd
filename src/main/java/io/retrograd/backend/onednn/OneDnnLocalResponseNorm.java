package io.retrograd.backend.onednn;

import io.retrograd.operation.LocalResponseNormSpec;
import io.retrograd.operation.Normalizations;
import java.util.Arrays;

/**
 * {@link LocalResponseNormSpec}. In Java throughout: oneDNN's window lies one channel higher where
 * size is even, and for backward it has but plain loops, ten times slower. Backward computes s
 * again.
 */
final class OneDnnLocalResponseNorm extends OneDnnOp {
    private static final double COMMON_BETA = 0.75;

    private final LocalResponseNormSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final int channels;
    private final int inner;
    private final int before;
    private final int after;

    /** The values of one sample, as in the arrays below. */
    private final float[] xs;

    /** dy, then dx. */
    private final float[] dys;

    /** s, then dy·s^(−β). */
    private final double[] s;

    /** dy·x·s^(−β − 1). */
    private final double[] ratio;

    /** The sums of one channel. */
    private final double[] sum;

    OneDnnLocalResponseNorm(Normalizations.LocalResponseNorm o) {
        super(o, "localResponseNorm " + o.spec() + o.x().shape());
        spec = o.spec();
        x = own(o.x());
        y = own(o.y());
        channels = x.shape().dim(1);
        inner = Math.toIntExact(x.shape().tail(2).size());
        before = spec.size() / 2;
        after = (spec.size() - 1) / 2;
        xs = new float[channels * inner];
        dys = new float[xs.length];
        s = new double[xs.length];
        ratio = new double[xs.length];
        sum = new double[inner];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        OneDnnTensor to = forwardPass().out(y, y.plain());
        forwardPass().add("local response norm", () -> forward(from, to));
        forwardPass().store(to, y);
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor values = pass.in(x, x.plain());
        OneDnnTensor gradient = pass.in(dy, y.plain());
        OneDnnTensor out = pass.out(dx, x.plain());
        pass.add("local response norm backward", () -> backward(values, gradient, out));
        pass.store(out, dx);
        planner.overwrite(dx, dy);
    }

    private void forward(OneDnnTensor x, OneDnnTensor y) {
        for (int from = 0; from < x.size(); from += xs.length) {
            x.get(from, xs, xs.length);
            denominators();
            for (int i = 0; i < xs.length; i++) {
                xs[i] = (float) (xs[i] * power(s[i]));
            }
            y.set(from, xs, xs.length);
        }
    }

    private void backward(OneDnnTensor x, OneDnnTensor dy, OneDnnTensor dx) {
        double scale = 2 * spec.alpha() * spec.beta() / spec.size();
        for (int from = 0; from < x.size(); from += xs.length) {
            x.get(from, xs, xs.length);
            dy.get(from, dys, xs.length);
            denominators();
            for (int i = 0; i < xs.length; i++) {
                double direct = dys[i] * power(s[i]);
                ratio[i] = direct * xs[i] / s[i];
                s[i] = direct;
            }
            for (int c = 0; c < channels; c++) {
                Arrays.fill(sum, 0);
                int last = Math.min(channels - 1, c + before);
                for (int reader = Math.max(0, c - after); reader <= last; reader++) {
                    for (int i = 0; i < inner; i++) {
                        sum[i] += ratio[reader * inner + i];
                    }
                }
                for (int i = 0; i < inner; i++) {
                    int at = c * inner + i;
                    dys[at] = (float) (s[at] - scale * xs[at] * sum[i]);
                }
            }
            dx.set(from, dys, xs.length);
        }
    }

    /** Puts s of the sample in {@code xs} where it belongs. */
    private void denominators() {
        double scale = spec.alpha() / spec.size();
        for (int c = 0; c < channels; c++) {
            Arrays.fill(sum, 0);
            int last = Math.min(channels - 1, c + after);
            for (int j = Math.max(0, c - before); j <= last; j++) {
                for (int i = 0; i < inner; i++) {
                    double value = xs[j * inner + i];
                    sum[i] += value * value;
                }
            }
            for (int i = 0; i < inner; i++) {
                s[c * inner + i] = spec.k() + scale * sum[i];
            }
        }
    }

    /** {@code s^(−β)}; by square roots for the β that is most common, several times faster. */
    private double power(double s) {
        return spec.beta() == COMMON_BETA
                ? 1 / (Math.sqrt(s) * Math.sqrt(Math.sqrt(s)))
                : Math.pow(s, -spec.beta());
    }
}
