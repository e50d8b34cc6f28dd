package io.retrograd.backend.onednn;

import io.retrograd.backend.PoolingAxis;
import java.util.Arrays;

/** Pooling in plain Java, plane by plane in row-major order, for windows that oneDNN lacks. */
abstract class JavaPooling extends OneDnnOp {
    final PoolingAxis depth;
    final PoolingAxis height;
    final PoolingAxis width;
    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final int yPlane;

    /** One plane: of x, or of dx while it is added up. */
    private final double[] plane;

    JavaPooling(String signature, PoolingAxis[] axes, OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), signature + x.shape() + y.shape());
        this.x = x;
        this.y = y;
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        yPlane = depth.out() * height.out() * width.out();
        plane = new double[depth.in() * height.in() * width.in()];
    }

    /** Element i of y, whose window is (d, h, w), from its plane of x. */
    abstract double pool(double[] of, int i, int d, int h, int w);

    /** Adds to a plane of dx what element i of dy gives to window (d, h, w). */
    abstract void spread(double dy, double[] to, int i, int d, int h, int w);

    @Override
    final void prepare(Planner planner) {
        Layout plain = engine().plain(x.type(), x.dims());
        y.layout(engine().plain(y.type(), y.dims()));
        OneDnnTensor from = forwardPass().in(x, plain);
        forwardPass().add("pooling", () -> forward(from));
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, plain);
            backwardPass().add("pooling backward", () -> backward(to));
            backwardPass().store(to, dx);
        }
    }

    private void forward(OneDnnTensor from) {
        for (int n = 0; n < y.size() / yPlane; n++) {
            for (int j = 0; j < plane.length; j++) {
                plane[j] = from.get(n * plane.length + j);
            }
            int i = n * yPlane;
            for (int d = 0; d < depth.out(); d++) {
                for (int h = 0; h < height.out(); h++) {
                    for (int w = 0; w < width.out(); w++, i++) {
                        y.set(i, pool(plane, i, d, h, w));
                    }
                }
            }
        }
    }

    private void backward(OneDnnTensor to) {
        OneDnnTensor dy = y.requireGradient();
        for (int n = 0; n < y.size() / yPlane; n++) {
            Arrays.fill(plane, 0);
            int i = n * yPlane;
            for (int d = 0; d < depth.out(); d++) {
                for (int h = 0; h < height.out(); h++) {
                    for (int w = 0; w < width.out(); w++, i++) {
                        spread(dy.get(i), plane, i, d, h, w);
                    }
                }
            }
            for (int j = 0; j < plane.length; j++) {
                to.set(n * plane.length + j, plane[j]);
            }
        }
    }

    /** Where the row of a plane begins that window (d, h, ·) sees as its slice a and row r. */
    final int row(int d, int a, int h, int r) {
        return (depth.input(d, a) * height.in() + height.input(h, r)) * width.in();
    }
}
