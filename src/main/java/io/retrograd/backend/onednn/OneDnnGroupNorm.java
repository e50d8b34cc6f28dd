package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Group normalisation: over each group of neighbouring channels of each sample.
 *
 * <pre>
 *   x, y (N, C, inner...)    w, b (C)    mean, r (N, groups)    M = C/groups·inner
 *
 *   mean = Σ x / M        r = 1 / √(Σ (x − mean)² / M + eps)        over the group
 *   y = w·(x − mean)·r + b
 *
 *   db[c] = Σ dy        dw[c] = Σ dy·(x − mean)·r        over all samples and positions
 *
 *   dx = r·(w·dy − (p + (x − mean)·r·q) / M)    p = Σ w·dy, q = Σ w·dy·(x − mean)·r over the group
 * </pre>
 *
 * In Java: oneDNN's forward writes behind the end of small tensors, and for backward it has but
 * plain loops, a hundred times slower.
 */
final class OneDnnGroupNorm extends OneDnnOp {
    private final int groups;
    private final double eps;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor b;
    private final OneDnnTensor y;
    private final int channels;
    private final int inner;
    private final double[] sums;
    private final double[] products;
    private final double[] dws;
    private final double[] dbs;

    OneDnnGroupNorm(
            int groups,
            double eps,
            OneDnnTensor x,
            OneDnnTensor w,
            OneDnnTensor b,
            OneDnnTensor y) {
        super(x.engine(), "groupNorm " + groups + x.shape());
        this.groups = groups;
        this.eps = eps;
        this.x = x;
        this.w = w;
        this.b = b;
        this.y = y;
        channels = w.size();
        inner = Math.toIntExact(x.shape().tail(2).size());
        sums = new double[channels];
        products = new double[channels];
        dws = new double[channels];
        dbs = new double[channels];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        Layout stats = engine().plain(dnnl_f32, (long) x.shape().dim(0) * groups);
        OneDnnTensor mean = save(y.name() + ".mean", stats);
        OneDnnTensor inverseStd = save(y.name() + ".inverse_std", stats);
        OneDnnTensor from = forwardPass().in(x, x.plain());
        OneDnnTensor to = forwardPass().out(y, y.plain());
        forwardPass().add("group norm", () -> forward(from, mean, inverseStd, to), w, b);
        forwardPass().store(to, y);
        planner.overwrite(y, x);
        if (planner.gradients()) {
            listBackward(planner, mean, inverseStd);
        }
    }

    private void listBackward(Planner planner, OneDnnTensor mean, OneDnnTensor inverseStd) {
        Pass pass = backwardPass();
        OneDnnTensor dx = x.gradient();
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor values = pass.in(x, x.plain());
        OneDnnTensor gradient = pass.in(dy, y.plain());
        OneDnnTensor to = dx == null ? null : pass.out(dx, x.plain());
        pass.add("group norm backward", () -> backward(values, gradient, mean, inverseStd, to), w);
        if (dx != null && to != null) {
            pass.store(to, dx);
            planner.overwrite(dx, dy);
        }
    }

    private void forward(
            OneDnnTensor x, OneDnnTensor mean, OneDnnTensor inverseStd, OneDnnTensor y) {
        int size = channels / groups * inner;
        for (int row = 0; row < mean.size(); row++) {
            int from = row * size;
            double sum = 0;
            for (int i = from; i < from + size; i++) {
                sum += x.get(i);
            }
            double m = sum / size;
            double squares = 0;
            for (int i = from; i < from + size; i++) {
                double difference = x.get(i) - m;
                squares += difference * difference;
            }
            double r = 1 / Math.sqrt(squares / size + eps);
            mean.set(row, m);
            inverseStd.set(row, r);
            for (int channel = from / inner; channel < (from + size) / inner; channel++) {
                double scale = w.get(channel % channels) * r;
                double shift = b.get(channel % channels);
                for (int i = channel * inner; i < (channel + 1) * inner; i++) {
                    y.set(i, (x.get(i) - m) * scale + shift);
                }
            }
        }
    }

    private void backward(
            OneDnnTensor x,
            OneDnnTensor dy,
            OneDnnTensor mean,
            OneDnnTensor inverseStd,
            @Nullable OneDnnTensor dx) {
        Arrays.fill(dws, 0);
        Arrays.fill(dbs, 0);
        for (int row = 0; row < mean.size(); row++) {
            double m = mean.get(row);
            double r = inverseStd.get(row);
            sum(x, dy, row, m, r);
            if (dx != null) {
                differentiate(x, dy, row, m, r, dx);
            }
        }
        OneDnnTensor dw = w.requireGradient();
        OneDnnTensor db = b.requireGradient();
        for (int c = 0; c < channels; c++) {
            dw.set(c, dws[c]);
            db.set(c, dbs[c]);
        }
    }

    /** Σ dy and Σ dy·(x − mean)·r of each channel of a group, and of these over samples. */
    private void sum(OneDnnTensor x, OneDnnTensor dy, int row, double mean, double r) {
        int width = channels / groups;
        int first = row % groups * width;
        for (int c = first; c < first + width; c++) {
            int from = (row / groups * channels + c) * inner;
            double sum = 0;
            double product = 0;
            for (int i = from; i < from + inner; i++) {
                sum += dy.get(i);
                product += dy.get(i) * (x.get(i) - mean);
            }
            sums[c] = sum;
            products[c] = product * r;
            dbs[c] += sums[c];
            dws[c] += products[c];
        }
    }

    private void differentiate(
            OneDnnTensor x, OneDnnTensor dy, int row, double mean, double r, OneDnnTensor dx) {
        int width = channels / groups;
        int first = row % groups * width;
        double p = 0;
        double q = 0;
        for (int c = first; c < first + width; c++) {
            p += w.get(c) * sums[c];
            q += w.get(c) * products[c];
        }
        double size = (double) width * inner;
        double slope = r * q / size;
        for (int c = first; c < first + width; c++) {
            int from = (row / groups * channels + c) * inner;
            double scale = w.get(c);
            for (int i = from; i < from + inner; i++) {
                dx.set(i, r * (scale * dy.get(i) - p / size - (x.get(i) - mean) * slope));
            }
        }
    }
}
