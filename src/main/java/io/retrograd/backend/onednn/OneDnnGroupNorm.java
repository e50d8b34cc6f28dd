package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import io.retrograd.operation.Normalizations;
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
 * In Java, a group at a time: oneDNN has but plain loops for backward, a hundred times slower, and
 * its forward writes behind the end of tensors (N, C).
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
    private final float[] xs;
    private final float[] dys;
    private final double[] dws;
    private final double[] dbs;

    OneDnnGroupNorm(Normalizations.GroupNorm o) {
        super(o, "groupNorm " + o.groups() + o.x().shape());
        groups = o.groups();
        eps = o.eps();
        x = own(o.x());
        w = own(o.w());
        b = own(o.b());
        y = own(o.y());
        channels = w.size();
        inner = Math.toIntExact(x.shape().tail(2).size());
        xs = new float[channels / groups * inner];
        dys = new float[xs.length];
        dws = new double[channels];
        dbs = new double[channels];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        Layout stats = engine().layouts().plain(dnnl_f32, (long) x.shape().dim(0) * groups);
        OneDnnTensor mean = save(y.name() + ".mean", stats);
        OneDnnTensor inverseStd = save(y.name() + ".inverse_std", stats);
        OneDnnTensor from = forwardPass().in(x, x.plain());
        OneDnnTensor to = forwardPass().out(y, y.plain());
        forwardPass().add("group norm", () -> forward(from, mean, inverseStd, to), w, b);
        forwardPass().store(to, y);
        planner.overwrite(y, x);
        if (y.gradient() != null) {
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
        if (w.gradient() != null) {
            pass.writes(w.requireGradient(), b.requireGradient());
        }
        if (to != null) {
            pass.store(to, dx);
            planner.overwrite(dx, dy);
        }
    }

    private void forward(
            OneDnnTensor x, OneDnnTensor mean, OneDnnTensor inverseStd, OneDnnTensor y) {
        for (int row = 0; row < mean.size(); row++) {
            int from = row * xs.length;
            x.get(from, xs, xs.length);
            double sum = 0;
            for (float value : xs) {
                sum += value;
            }
            double m = sum / xs.length;
            double squares = 0;
            for (float value : xs) {
                squares += (value - m) * (value - m);
            }
            double r = 1 / Math.sqrt(squares / xs.length + eps);
            mean.set(row, m);
            inverseStd.set(row, r);
            for (int i = 0; i < xs.length; i += inner) {
                int c = (from + i) / inner % channels;
                double scale = w.get(c) * r;
                double shift = b.get(c);
                for (int k = i; k < i + inner; k++) {
                    xs[k] = (float) ((xs[k] - m) * scale + shift);
                }
            }
            y.set(from, xs, xs.length);
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
            int from = row * xs.length;
            x.get(from, xs, xs.length);
            dy.get(from, dys, xs.length);
            int first = from / inner % channels;
            differentiate(first, mean.get(row), inverseStd.get(row));
            if (dx != null) {
                dx.set(from, dys, xs.length);
            }
        }
        OneDnnTensor dw = w.gradient();
        OneDnnTensor db = b.gradient();
        for (int c = 0; dw != null && db != null && c < channels; c++) {
            dw.set(c, dws[c]);
            db.set(c, dbs[c]);
        }
    }

    /** Makes dx of dy for a group, whose first channel this is; adds to dw and db. */
    private void differentiate(int first, double mean, double r) {
        double p = 0;
        double q = 0;
        for (int i = 0; i < xs.length; i += inner) {
            double sum = 0;
            double product = 0;
            for (int k = i; k < i + inner; k++) {
                sum += dys[k];
                product += dys[k] * (xs[k] - mean);
            }
            int c = first + i / inner;
            dbs[c] += sum;
            dws[c] += product * r;
            p += w.get(c) * sum;
            q += w.get(c) * product * r;
        }
        double shift = r * p / xs.length;
        double slope = r * r * q / xs.length;
        for (int i = 0; i < xs.length; i += inner) {
            double scale = r * w.get(first + i / inner);
            for (int k = i; k < i + inner; k++) {
                dys[k] = (float) (scale * dys[k] - shift - (xs[k] - mean) * slope);
            }
        }
    }
}
