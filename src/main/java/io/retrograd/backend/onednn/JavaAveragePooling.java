package io.retrograd.backend.onednn;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import java.util.Arrays;

/**
 * The mean of each window in plain Java, for windows and divisors that oneDNN lacks.
 *
 * <p>The divisor is the number of a window's positions in the input, or with {@code
 * countIncludePad} in the padded input.
 */
final class JavaAveragePooling extends OneDnnOp {
    private final boolean countIncludePad;
    private final PoolingAxis depth;
    private final PoolingAxis height;
    private final PoolingAxis width;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    /** One plane of x or dx. */
    private final float[] xs;

    /** One plane of y or dy. */
    private final float[] ys;

    /** One plane of dx while it is added up. */
    private final double[] sums;

    JavaAveragePooling(Poolings o, PoolingAxis[] axes, boolean countIncludePad) {
        super(o, "average pooling " + countIncludePad + o.x().shape() + o.y().shape());
        this.countIncludePad = countIncludePad;
        x = own(o.x());
        y = own(o.y());
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        xs = new float[depth.in() * height.in() * width.in()];
        ys = new float[depth.out() * height.out() * width.out()];
        sums = new double[xs.length];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        forwardPass().add("average pooling", () -> forward(from));
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            backwardPass().add("average pooling backward", () -> backward(to));
            backwardPass().store(to, dx);
        }
    }

    private void forward(OneDnnTensor from) {
        for (int n = 0; n < y.size() / ys.length; n++) {
            from.get(n * xs.length, xs, xs.length);
            int i = 0;
            for (int d = 0; d < depth.out(); d++) {
                for (int h = 0; h < height.out(); h++) {
                    for (int w = 0; w < width.out(); w++, i++) {
                        ys[i] = (float) (sum(d, h, w) / divisor(d, h, w));
                    }
                }
            }
            y.set(n * ys.length, ys, ys.length);
        }
    }

    private double sum(int d, int h, int w) {
        double sum = 0;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int first = first(d, a, h, r, w);
                for (int s = 0; s < width.count(w); s++) {
                    sum += xs[first + s];
                }
            }
        }
        return sum;
    }

    private void backward(OneDnnTensor to) {
        OneDnnTensor dy = y.requireGradient();
        for (int n = 0; n < y.size() / ys.length; n++) {
            Arrays.fill(sums, 0);
            dy.get(n * ys.length, ys, ys.length);
            int i = 0;
            for (int d = 0; d < depth.out(); d++) {
                for (int h = 0; h < height.out(); h++) {
                    for (int w = 0; w < width.out(); w++, i++) {
                        spread(ys[i] / divisor(d, h, w), d, h, w);
                    }
                }
            }
            for (int j = 0; j < xs.length; j++) {
                xs[j] = (float) sums[j];
            }
            to.set(n * xs.length, xs, xs.length);
        }
    }

    private void spread(double share, int d, int h, int w) {
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int first = first(d, a, h, r, w);
                for (int s = 0; s < width.count(w); s++) {
                    sums[first + s] += share;
                }
            }
        }
    }

    /** Where window (d, h, w) begins in its slice a and row r. */
    private int first(int d, int a, int h, int r, int w) {
        int row = depth.input(d, a) * height.in() + height.input(h, r);
        return row * width.in() + width.input(w, 0);
    }

    private double divisor(int d, int h, int w) {
        return size(depth, d) * size(height, h) * size(width, w);
    }

    private double size(PoolingAxis axis, int o) {
        return countIncludePad ? axis.extent(o) : axis.count(o);
    }
}
