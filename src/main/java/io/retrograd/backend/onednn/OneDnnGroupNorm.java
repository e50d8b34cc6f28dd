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
 * In Java, a group at a time, the groups shared among the threads: oneDNN has but plain loops for
 * backward, a hundred times slower, and its forward writes behind the end of tensors (N, C). What
 * is summed over samples is added up last, so that nothing depends on the number of threads.
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

    /** Elements of a group. */
    private final int length;

    private final Room[] rooms;

    /** Each sample's share of dw and db, (N, C). */
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
        length = channels / groups * inner;
        rooms = new Room[engine().threads()];
        Arrays.setAll(rooms, i -> new Room(length, inner));
        dws = new double[x.shape().dim(0) * channels];
        dbs = new double[dws.length];
    }

    /** A group of x and of dy, and a channel of what is added up. */
    private static final class Room {
        final float[] xs;
        final float[] dys;
        final float[] terms;

        Room(int length, int inner) {
            xs = new float[length];
            dys = new float[length];
            terms = new float[Math.max(length, inner)];
        }
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        int rows = x.shape().dim(0) * groups;
        Layout stats = engine().layouts().plain(dnnl_f32, 3L * rows);
        OneDnnTensor statistics = save(y.name() + ".statistics", stats);
        Pass pass = forwardPass();
        OneDnnTensor from = pass.in(x, x.plain());
        OneDnnTensor to = pass.out(y, y.plain());
        pass.reads(w, b);
        pass.share(
                "group norm",
                rows,
                x.size(),
                (member, begin, end) -> forward(rooms[member], begin, end, from, statistics, to),
                from,
                w,
                b,
                statistics,
                to);
        pass.store(to, y);
        planner.overwrite(y, x);
        if (y.gradient() != null) {
            listBackward(planner, rows, statistics);
        }
    }

    private void listBackward(Planner planner, int rows, OneDnnTensor statistics) {
        Pass pass = backwardPass();
        OneDnnTensor dx = x.gradient();
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor values = pass.in(x, x.plain());
        OneDnnTensor gradient = pass.in(dy, y.plain());
        OneDnnTensor to = pass.gradientOut(x, x.plain());
        pass.reads(w);
        pass.share(
                "group norm backward",
                rows,
                x.size(),
                (member, begin, end) ->
                        backward(rooms[member], begin, end, values, gradient, statistics, to),
                values,
                gradient,
                w,
                statistics,
                to);
        pass.store(to, dx);
        planner.overwrite(dx, dy);
        listSum(pass, dws, w.gradient());
        listSum(pass, dbs, b.gradient());
    }

    /** Lists the sum over samples. */
    private void listSum(Pass pass, double[] shares, @Nullable OneDnnTensor to) {
        if (to == null) {
            return;
        }
        pass.add(
                "group norm parameters",
                () -> {
                    for (int c = 0; c < channels; c++) {
                        double sum = 0;
                        for (int i = c; i < shares.length; i += channels) {
                            sum += shares[i];
                        }
                        to.set(c, sum);
                    }
                });
        pass.writes(to);
    }

    private void forward(
            Room room,
            int begin,
            int end,
            OneDnnTensor x,
            OneDnnTensor statistics,
            OneDnnTensor y) {
        float[] xs = room.xs;
        for (int row = begin; row < end; row++) {
            x.get(row * length, xs, length);
            System.arraycopy(xs, 0, room.terms, 0, length);
            double mean = PairwiseSum.of(room.terms, length) / length;
            float high = (float) mean;
            float low = (float) (mean - high);
            centre(xs, high, low, length);
            for (int i = 0; i < length; i++) {
                room.terms[i] = xs[i] * xs[i];
            }
            double r = inverse(PairwiseSum.of(room.terms, length), xs);
            statistics.set(3 * row, high);
            statistics.set(3 * row + 1, low);
            statistics.set(3 * row + 2, r);
            for (int i = 0; i < length; i += inner) {
                int c = row % groups * (channels / groups) + i / inner;
                scale(xs, i, (float) (w.get(c) * r), b.get(c), inner);
            }
            y.set(row * length, xs, length);
        }
    }

    /** {@code 1 / √(var + eps)}; in float64 where squares overflow in float32. */
    private double inverse(double squares, float[] centred) {
        double sum = squares;
        if (Double.isInfinite(sum)) {
            sum = 0;
            for (float value : centred) {
                sum += (double) value * value;
            }
        }
        return 1 / Math.sqrt(sum / length + eps);
    }

    private static void centre(float[] xs, float high, float low, int n) {
        for (int i = 0; i < n; i++) {
            xs[i] = xs[i] - high - low;
        }
    }

    private static void scale(float[] xs, int first, float scale, float shift, int n) {
        for (int i = first; i < first + n; i++) {
            xs[i] = xs[i] * scale + shift;
        }
    }

    private void backward(
            Room room,
            int begin,
            int end,
            OneDnnTensor x,
            OneDnnTensor dy,
            OneDnnTensor statistics,
            OneDnnTensor dx) {
        float[] xs = room.xs;
        for (int row = begin; row < end; row++) {
            x.get(row * length, xs, length);
            dy.get(row * length, room.dys, length);
            centre(xs, statistics.get(3 * row), statistics.get(3 * row + 1), length);
            float r = statistics.get(3 * row + 2);
            for (int i = 0; i < length; i++) {
                xs[i] *= r;
            }
            differentiate(room, row, r);
            dx.set(row * length, room.dys, length);
        }
    }

    /** Makes dx of dy for a group, of which xs has the normalised x. */
    private void differentiate(Room room, int row, float r) {
        float[] xs = room.xs;
        float[] dys = room.dys;
        float[] terms = room.terms;
        int share = row / groups * channels + row % groups * (channels / groups);
        double p = 0;
        double q = 0;
        for (int i = 0; i < length; i += inner) {
            int c = row % groups * (channels / groups) + i / inner;
            System.arraycopy(dys, i, terms, 0, inner);
            double sum = PairwiseSum.of(terms, inner);
            for (int k = 0; k < inner; k++) {
                terms[k] = dys[i + k] * xs[i + k];
            }
            double product = PairwiseSum.of(terms, inner);
            dbs[share + i / inner] = sum;
            dws[share + i / inner] = product;
            p += w.get(c) * sum;
            q += w.get(c) * product;
        }
        float shift = (float) (p / length);
        float slope = (float) (q / length);
        for (int i = 0; i < length; i += inner) {
            float scale = w.get(row % groups * (channels / groups) + i / inner);
            for (int k = i; k < i + inner; k++) {
                dys[k] = r * (scale * dys[k] - shift - xs[k] * slope);
            }
        }
    }
}
