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
    private final int length;
    private final int inner;
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
        length = x.shape().dim(dim);
        inner = Math.toIntExact(x.shape().tail(dim + 1).size());
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
        int block = length * inner;
        for (int from = 0; from < y.size(); from += block) {
            for (int k = 0; k < inner; k++) {
                max[k] = x.get(from + k);
                sums[k] = y.get(from + k);
            }
            for (int i = from; i < from + block; i += inner) {
                for (int k = 0; k < inner; k++) {
                    // The greater p goes with the greater x; NaN stays.
                    max[k] = Math.max(max[k], x.get(i + k));
                    sums[k] = Math.max(sums[k], y.get(i + k));
                }
            }
            for (int k = 0; k < inner; k++) {
                sums[k] = Math.log(sums[k]);
            }
            for (int i = from; i < from + block; i += inner) {
                for (int k = 0; k < inner; k++) {
                    y.set(i + k, x.get(i + k) - max[k] + sums[k]);
                }
            }
        }
    }

    private void backward(OneDnnTensor y, OneDnnTensor dy, OneDnnTensor dx) {
        int block = length * inner;
        for (int from = 0; from < dx.size(); from += block) {
            Arrays.fill(sums, 0);
            for (int i = from; i < from + block; i += inner) {
                for (int k = 0; k < inner; k++) {
                    sums[k] += log ? dy.get(i + k) : y.get(i + k) * (double) dy.get(i + k);
                }
            }
            for (int i = from; i < from + block; i += inner) {
                for (int k = 0; k < inner; k++) {
                    double p = y.get(i + k);
                    double g = dy.get(i + k);
                    dx.set(i + k, log ? g - Math.exp(p) * sums[k] : p * (g - sums[k]));
                }
            }
        }
    }
}
