package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_forward_primitive_desc_create;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * Softmax along one dimension, or its logarithm, in x's layout.
 *
 * <pre>
 *   x, y (outer, length, inner)
 *
 *   softmax        y[d] = e^(x[d] − max) / Σⱼ e^(x[j] − max)    dx[d] = y[d]·(dy[d] − Σⱼ y[j]·dy[j])
 *   log softmax    y[d] = x[d] − max − log Σⱼ e^(x[j] − max)    dx[d] = dy[d] − e^y[d]·Σⱼ dy[j]
 * </pre>
 *
 * oneDNN computes softmax; its logarithm would be off by 3e-6, so that is taken in Java. Backward
 * is in Java as well: for most CPUs oneDNN has but plain loops for it, many times slower.
 */
final class OneDnnSoftmax extends OneDnnOp {
    private final boolean log;
    private final int dim;
    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final int inner;

    /** Of one outer index: x, or the gradient. */
    private final float[] xs;

    private final float[] ys;
    private final double[] sums;
    private final double[] max;

    /**
     * Softmax.
     *
     * @param log whether the logarithm is taken of it
     * @param dim the dimension, from 0 on
     */
    OneDnnSoftmax(boolean log, int dim, OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), (log ? "logSoftmax " : "softmax ") + dim + x.shape());
        this.log = log;
        this.dim = dim;
        this.x = x;
        this.y = y;
        inner = Math.toIntExact(x.shape().tail(dim + 1).size());
        xs = new float[x.shape().dim(dim) * inner];
        ys = new float[xs.length];
        sums = new double[inner];
        max = new double[inner];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        Pass pass = forwardPass();
        Layout data = log ? x.plain() : x.layout();
        OneDnnTensor from = pass.in(x, data);
        OneDnnTensor to = pass.out(y, data);
        pass.add(primitive(data).with(DNNL_ARG_SRC, from).with(DNNL_ARG_DST, to));
        if (log) {
            pass.add("log softmax", () -> takeLog(from, to));
        } else {
            planner.overwrite(y, x);
        }
        pass.store(to, y);
        if (x.gradient() != null) {
            listBackward(planner, x.requireGradient(), y.requireGradient());
        }
    }

    private void listBackward(Planner planner, OneDnnTensor dx, OneDnnTensor dy) {
        Pass pass = backwardPass();
        OneDnnTensor values = pass.in(y, y.plain());
        OneDnnTensor gradient = pass.in(dy, y.plain());
        OneDnnTensor to = pass.out(dx, x.plain());
        pass.add("softmax backward", () -> backward(values, gradient, to));
        pass.store(to, dx);
        planner.overwrite(dx, dy);
    }

    private Primitive primitive(Layout data) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine())) {
            Dnnl.check(
                    dnnl_softmax_forward_primitive_desc_create(
                            description,
                            engine().handle(),
                            dnnl_forward_training,
                            dnnl_softmax_accurate,
                            data.descriptor(),
                            data.descriptor(),
                            dim,
                            attributes.handle()),
                    "softmax");
        }
        return new Primitive(engine(), "softmax forward", description);
    }

    /** Makes of softmax p its logarithm: e^(x − max) is 1 at the maximum, where p is 1 / Σ. */
    private void takeLog(OneDnnTensor x, OneDnnTensor y) {
        for (int from = 0; from < y.size(); from += xs.length) {
            x.get(from, xs, xs.length);
            y.get(from, ys, xs.length);
            for (int k = 0; k < inner; k++) {
                max[k] = xs[k];
                sums[k] = ys[k];
            }
            for (int i = 0; i < xs.length; i += inner) {
                for (int k = 0; k < inner; k++) {
                    max[k] = Math.max(max[k], xs[i + k]);
                    sums[k] = Math.max(sums[k], ys[i + k]);
                }
            }
            for (int k = 0; k < inner; k++) {
                sums[k] = Math.log(sums[k]);
            }
            for (int i = 0; i < xs.length; i += inner) {
                for (int k = 0; k < inner; k++) {
                    ys[i + k] = (float) (xs[i + k] - max[k] + sums[k]);
                }
            }
            y.set(from, ys, xs.length);
        }
    }

    private void backward(OneDnnTensor y, OneDnnTensor dy, OneDnnTensor dx) {
        for (int from = 0; from < dx.size(); from += ys.length) {
            y.get(from, ys, ys.length);
            dy.get(from, xs, ys.length);
            Arrays.fill(sums, 0);
            for (int i = 0; i < ys.length; i += inner) {
                for (int k = 0; k < inner; k++) {
                    sums[k] += log ? xs[i + k] : (double) ys[i + k] * xs[i + k];
                }
            }
            for (int i = 0; i < ys.length; i += inner) {
                for (int k = 0; k < inner; k++) {
                    double p = ys[i + k];
                    double g = xs[i + k];
                    xs[i + k] = (float) (log ? g - Math.exp(p) * sums[k] : p * (g - sums[k]));
                }
            }
            dx.set(from, xs, ys.length);
        }
    }
}
