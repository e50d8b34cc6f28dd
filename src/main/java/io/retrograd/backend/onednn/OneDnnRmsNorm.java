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
 * In Java: oneDNN 3.11's backward subtracts a mean that is not there.
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
        final float[] products;
        final double[] sums;

        Room(int size) {
            xs = new float[size];
            dys = new float[size];
            ws = new float[size];
            products = new float[size];
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
        if (planner.gradients() && y.gradient() != null) {
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
            float r = (float) inverse(room);
            for (int i = 0; i < size; i++) {
                xs[i] = ws[i] * (xs[i] * r);
            }
            y.set(row * size, xs, size);
        }
    }

    /** {@code 1 / √(mean(x²) + eps)} of xs; in float64 where squares overflow in float32. */
    private double inverse(Room room) {
        float[] xs = room.xs;
        float[] squares = room.products;
        for (int i = 0; i < size; i++) {
            squares[i] = xs[i] * xs[i];
        }
        double sum = PairwiseSum.of(squares, size);
        if (Double.isInfinite(sum)) {
            sum = 0;
            for (float x : xs) {
                sum += (double) x * x;
            }
        }
        return 1 / Math.sqrt(sum / size + eps);
    }

    private void backward(
            Room room, int begin, int end, OneDnnTensor from, OneDnnTensor dy, OneDnnTensor to) {
        float[] xs = room.xs;
        float[] dys = room.dys;
        float[] ws = room.ws;
        float[] products = room.products;
        w.get(0, ws, size);
        for (int row = begin; row < end; row++) {
            from.get(row * size, xs, size);
            dy.get(row * size, dys, size);
            inverse[row] = inverse(room);
            float r = (float) inverse[row];
            for (int i = 0; i < size; i++) {
                xs[i] *= r;
            }
            for (int i = 0; i < size; i++) {
                dys[i] *= ws[i];
            }
            for (int i = 0; i < size; i++) {
                products[i] = dys[i] * xs[i];
            }
            float mean = (float) (PairwiseSum.of(products, size) / size);
            for (int i = 0; i < size; i++) {
                dys[i] = r * (dys[i] - mean * xs[i]);
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
            float r = (float) inverse[row];
            for (int i = 0; i < count; i++) {
                dys[i] *= xs[i] * r;
            }
            for (int i = 0; i < count; i++) {
                sums[i] += dys[i];
            }
        }
        for (int i = 0; i < count; i++) {
            xs[i] = (float) sums[i];
        }
        dw.set(begin, xs, count);
    }
}
