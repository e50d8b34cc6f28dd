package io.retrograd.backend.onednn;

import io.retrograd.operation.Normalizations;
import java.util.Arrays;

/**
 * Normalisation of rows by their root mean square.
 *
 * <pre>
 *   x, y (rows, size)    w (size)    r (rows)
 *
 *   r = 1 / √(Σ x² / size + eps)        y = w·x·r
 *
 *   dw = Σ dy·x·r over the rows        dx = r·(w·dy − x·r·q / size), q = Σ w·dy·x·r over the row
 * </pre>
 *
 * In Java, sums in float64: oneDNN 3.11's backward subtracts a mean that is not there.
 */
final class OneDnnRmsNorm extends OneDnnOp {
    private final double eps;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor y;
    private final int size;
    private final int rows;
    private final double[] inverse;
    private final Room[] rooms;

    OneDnnRmsNorm(Normalizations.RmsNorm o) {
        super(o, "rmsNorm " + o.x().shape() + o.w().shape());
        eps = o.eps();
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
        size = w.size();
        rows = x.size() / size;
        inverse = new double[rows];
        rooms = new Room[engine().threads()];
        Arrays.setAll(rooms, i -> new Room(size));
    }

    /** A row of each tensor. */
    private static final class Room {
        final float[] xs;
        final float[] dys;
        final float[] ws;
        final double[] sums;

        Room(int size) {
            xs = new float[size];
            dys = new float[size];
            ws = new float[size];
            sums = new double[size];
        }
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        Pass forward = forwardPass();
        OneDnnTensor from = forward.in(x, x.plain());
        forward.reads(w);
        forward.share(
                "rms norm",
                rows,
                x.size(),
                (member, begin, end) -> forward(rooms[member], begin, end, from),
                from,
                w,
                y);
        forward.writes(y);
        if (planner.gradients()) {
            listBackward();
        }
    }

    private void listBackward() {
        Pass pass = backwardPass();
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor from = pass.in(x, x.plain());
        pass.reads(w);
        OneDnnTensor to = pass.gradientOut(x, x.plain());
        pass.share(
                "rms norm backward",
                rows,
                x.size(),
                (member, begin, end) -> backward(rooms[member], begin, end, from, dy, to),
                from,
                w,
                dy,
                to);
        pass.store(to, x.gradient());
        OneDnnTensor dw = w.requireGradient();
        pass.share(
                "rms norm weights",
                size,
                x.size(),
                (member, begin, end) -> weights(rooms[member], begin, end, from, dy, dw),
                from,
                dy,
                dw);
        pass.writes(dw);
    }

    private void forward(Room room, int begin, int end, OneDnnTensor from) {
        float[] xs = room.xs;
        float[] ws = room.ws;
        w.get(0, ws, size);
        for (int row = begin; row < end; row++) {
            from.get(row * size, xs, size);
            double r = inverse(xs);
            for (int i = 0; i < size; i++) {
                xs[i] = (float) (ws[i] * (xs[i] * r));
            }
            y.set(row * size, xs, size);
        }
    }

    /** {@code 1 / √(mean(x²) + eps)}, and NaN where the mean overflows. */
    private double inverse(float[] xs) {
        double mean = product(xs, xs, size) / size + eps;
        return Double.isInfinite(mean) ? Double.NaN : 1 / Math.sqrt(mean);
    }

    private void backward(
            Room room, int begin, int end, OneDnnTensor from, OneDnnTensor dy, OneDnnTensor to) {
        float[] xs = room.xs;
        float[] dys = room.dys;
        float[] ws = room.ws;
        w.get(0, ws, size);
        for (int row = begin; row < end; row++) {
            from.get(row * size, xs, size);
            dy.get(row * size, dys, size);
            double r = inverse(xs);
            inverse[row] = r;
            double q = 0;
            for (int i = 0; i < size; i++) {
                q += (double) ws[i] * dys[i] * xs[i];
            }
            double slope = r * r * r * q / size;
            for (int i = 0; i < size; i++) {
                dys[i] = (float) (r * ws[i] * dys[i] - slope * xs[i]);
            }
            to.set(row * size, dys, size);
        }
    }

    /** The gradient of w's elements {@code begin} to {@code end - 1}. */
    private void weights(
            Room room, int begin, int end, OneDnnTensor from, OneDnnTensor dy, OneDnnTensor dw) {
        int count = end - begin;
        float[] xs = room.xs;
        float[] dys = room.dys;
        double[] sums = room.sums;
        Arrays.fill(sums, 0, count, 0);
        for (int row = 0; row < rows; row++) {
            from.get(row * size + begin, xs, count);
            dy.get(row * size + begin, dys, count);
            double r = inverse[row];
            for (int i = 0; i < count; i++) {
                sums[i] += dys[i] * (xs[i] * r);
            }
        }
        for (int i = 0; i < count; i++) {
            xs[i] = (float) sums[i];
        }
        dw.set(begin, xs, count);
    }

    /** {@code Σ a·b} in four sums, which do not wait for each other. */
    private static double product(float[] a, float[] b, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += (double) a[i] * b[i];
            s1 += (double) a[i + 1] * b[i + 1];
            s2 += (double) a[i + 2] * b[i + 2];
            s3 += (double) a[i + 3] * b[i + 3];
        }
        for (; i < n; i++) {
            s0 += (double) a[i] * b[i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
