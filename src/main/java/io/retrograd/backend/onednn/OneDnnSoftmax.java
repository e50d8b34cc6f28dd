package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_forward_primitive_desc_create;

import io.retrograd.operation.Normalizations;

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
 * oneDNN computes softmax; its logarithm would be off by 3e-6, so that is in Java, in float64: the
 * sum holds one exact 1, of a largest x, and log1p of the rest keeps its digits where that is
 * small. Backward is in Java as well: for most CPUs oneDNN has but plain loops for it, many times
 * slower.
 */
final class OneDnnSoftmax extends OneDnnOp {
    private final boolean log;
    private final int dim;
    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final int inner;

    /** The values of one outer index: x, or the gradient. */
    private final float[] xs;

    private final float[] ys;

    /** The exponentials of y or of x − max. */
    private final double[] exponentials;

    private final double[] sums;

    OneDnnSoftmax(Normalizations.Softmax o) {
        super(o, (o.logarithm() ? "logSoftmax " : "softmax ") + o.dim() + o.x().shape());
        log = o.logarithm();
        dim = o.dim();
        x = own(o.x());
        y = own(o.y());
        inner = Math.toIntExact(x.shape().tail(dim + 1).size());
        xs = new float[x.shape().dim(dim) * inner];
        ys = new float[xs.length];
        exponentials = new double[xs.length];
        sums = new double[inner];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        Pass pass = forwardPass();
        Layout data = log ? x.plain() : x.layout();
        OneDnnTensor from = pass.in(x, data);
        OneDnnTensor to = pass.out(y, data);
        if (log) {
            pass.add("log softmax", () -> logSoftmax(from, to));
        } else {
            pass.add(primitive(data).with(DNNL_ARG_SRC, from).with(DNNL_ARG_DST, to));
        }
        planner.overwrite(y, x);
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
        return Primitive.of(
                engine(),
                "softmax forward",
                (description, attributes) ->
                        dnnl_softmax_forward_primitive_desc_create(
                                description,
                                engine().handle(),
                                dnnl_forward_training,
                                dnnl_softmax_accurate,
                                data.descriptor(),
                                data.descriptor(),
                                dim,
                                attributes));
    }

    private void logSoftmax(OneDnnTensor x, OneDnnTensor y) {
        for (int from = 0; from < y.size(); from += xs.length) {
            x.get(from, xs, xs.length);
            for (int k = 0; k < inner; k++) {
                double max = xs[k];
                for (int i = k; i < xs.length; i += inner) {
                    max = Math.max(max, xs[i]);
                }
                for (int i = k; i < xs.length; i += inner) {
                    exponentials[i] = xs[i] - max;
                }
                sums[k] = max;
            }
            Exponential.exp(exponentials, exponentials, xs.length);
            for (int k = 0; k < inner; k++) {
                double log = Math.log1p(others(k, sums[k]));
                for (int i = k; i < xs.length; i += inner) {
                    xs[i] = (float) (xs[i] - sums[k] - log);
                }
            }
            y.set(from, xs, xs.length);
        }
    }

    /** The sum of a line's exponentials, without one 1 of a largest x. */
    private double others(int line, double max) {
        double sum = 0;
        int largest = 0;
        for (int i = line; i < xs.length; i += inner) {
            if (xs[i] == max) {
                largest++;
            } else {
                sum += exponentials[i];
            }
        }
        return largest - 1 + sum;
    }

    private void backward(OneDnnTensor y, OneDnnTensor dy, OneDnnTensor dx) {
        for (int from = 0; from < dx.size(); from += ys.length) {
            y.get(from, ys, ys.length);
            dy.get(from, xs, ys.length);
            for (int i = 0; i < ys.length; i++) {
                exponentials[i] = ys[i];
            }
            if (log) {
                Exponential.exp(exponentials, exponentials, ys.length);
            }
            for (int k = 0; k < inner; k++) {
                double sum = 0;
                for (int i = k; i < ys.length; i += inner) {
                    sum += log ? xs[i] : (double) ys[i] * xs[i];
                }
                for (int i = k; i < ys.length; i += inner) {
                    double p = exponentials[i];
                    xs[i] = (float) (log ? xs[i] - p * sum : p * (xs[i] - sum));
                }
            }
            dx.set(from, xs, ys.length);
        }
    }
}
