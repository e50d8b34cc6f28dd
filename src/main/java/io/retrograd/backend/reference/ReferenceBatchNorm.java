package io.retrograd.backend.reference;

import io.retrograd.operation.BatchNormSpec;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation but for where the statistics come from.
 *
 * <pre>
 *   x, y (N, C, inner...)    w, b, mean, s (C)        M = N·inner values a channel
 *
 *   x̂ = (x − mean[c])·s[c]        s[c] = 1/√(var[c] + eps)
 *   y = w[c]·x̂ + b[c]
 *
 *   db[c] = Σ dy        dw[c] = Σ dy·x̂        over channel c
 *   dx = w[c]·s[c]·(dy − r·(db[c] + x̂·dw[c]))
 * </pre>
 *
 * r is the derivative of the mean with respect to one x of its channel: 1/M where the statistics
 * are the batch's, 0 where they are constants.
 *
 * <p>Source: S. Ioffe, C. Szegedy, Batch normalization, ICML 2015.
 */
abstract class ReferenceBatchNorm extends ReferenceOp {
    final BatchNormSpec spec;
    final ReferenceTensor x;
    final ReferenceTensor runningMean;
    final ReferenceTensor runningVar;
    final int batch;
    final int channels;
    final int inner;

    private final ReferenceTensor w;
    private final ReferenceTensor b;
    private final ReferenceTensor y;
    private final ReferenceTensor mean;
    private final ReferenceTensor inverseStd;
    private final WorkerPool pool;
    private final WorkerPool.Body forwardChannel = this::forwardChannel;
    private final WorkerPool.Body backwardChannel = this::backwardChannel;

    ReferenceBatchNorm(WorkerPool pool, Normalizations.BatchNorm o) {
        super(o.x(), o.w());
        this.pool = pool;
        spec = o.spec();
        x = own(o.x());
        w = own(o.w());
        b = own(o.b());
        runningMean = own(o.mean());
        runningVar = own(o.var());
        y = own(o.y());
        batch = x.dim(0);
        channels = x.dim(1);
        inner = product(x, 2, x.shape().rank());
        mean = y.saved(y.name() + ".mean", Shape.of(channels));
        inverseStd = y.saved(y.name() + ".inverse_std", Shape.of(channels));
    }

    /** Finds the statistics of channel {@code c} and passes them to {@link #save}. */
    abstract void statistics(int c);

    /** Derivative of the mean with respect to one x of its channel. */
    abstract double meanDerivative();

    final void save(int c, double channelMean, double varPlusEps) {
        mean.set(c, channelMean);
        inverseStd.set(c, inverseRoot(varPlusEps));
    }

    /** Index of the first element of channel {@code c} of sample {@code n}. */
    final int first(int n, int c) {
        return (n * channels + c) * inner;
    }

    @Override
    public final void forward() {
        pool.run(channels, forwardChannel);
    }

    private void forwardChannel(int c) {
        statistics(c);
        for (int n = 0; n < batch; n++) {
            for (int i = first(n, c); i < first(n, c) + inner; i++) {
                y.set(i, w.get(c) * normalised(c, i) + b.get(c));
            }
        }
    }

    @Override
    public final void backward() {
        pool.run(channels, backwardChannel);
    }

    private void backwardChannel(int c) {
        ReferenceTensor dy = gradient(y);
        double db = 0;
        double dw = 0;
        for (int n = 0; n < batch; n++) {
            for (int i = first(n, c); i < first(n, c) + inner; i++) {
                db += dy.get(i);
                dw += dy.get(i) * normalised(c, i);
            }
        }
        set(b.gradient(), c, db);
        set(w.gradient(), c, dw);
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            inputGradient(c, dx, dy, db, dw);
        }
    }

    private void inputGradient(
            int c, ReferenceTensor dx, ReferenceTensor dy, double db, double dw) {
        double scale = w.get(c) * inverseStd.get(c);
        double r = meanDerivative();
        for (int n = 0; n < batch; n++) {
            for (int i = first(n, c); i < first(n, c) + inner; i++) {
                dx.set(i, scale * (dy.get(i) - r * (db + normalised(c, i) * dw)));
            }
        }
    }

    /** x̂ of element {@code i}. */
    private double normalised(int c, int i) {
        return (x.get(i) - mean.get(c)) * inverseStd.get(c);
    }

    @Override
    public final List<Tensor> saved() {
        return List.of(mean, inverseStd);
    }
}
