package io.retrograd.backend.reference;

import io.retrograd.operation.LocalResponseNormSpec;
import io.retrograd.operation.Normalizations;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * {@link LocalResponseNormSpec}, with {@code dy[c]·y[c]·(x[j]/s[c])} for the terms of the last sum.
 */
final class ReferenceLocalResponseNorm extends ReferenceOp {
    private final LocalResponseNormSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final ReferenceTensor s;
    private final int channels;
    private final int inner;
    private final int before;
    private final int after;

    ReferenceLocalResponseNorm(Normalizations.LocalResponseNorm o) {
        super(Operation.join(o.reads(), o.writes()));
        spec = o.spec();
        x = own(o.x());
        y = own(o.y());
        s = y.saved(y.name() + ".s", x.shape());
        channels = x.dim(1);
        inner = product(x, 2, x.shape().rank());
        before = spec.size() / 2;
        after = (spec.size() - 1) / 2;
    }

    @Override
    public void forward() {
        double scale = spec.alpha() / spec.size();
        for (int i = 0; i < x.size(); i++) {
            int c = channel(i);
            double squares = 0;
            for (int j = Math.max(0, c - before); j <= Math.min(channels - 1, c + after); j++) {
                double neighbour = x.get(i + (j - c) * inner);
                squares += neighbour * neighbour;
            }
            s.set(i, spec.k() + scale * squares);
            y.set(i, x.get(i) * Math.pow(finite(s.get(i)), -spec.beta()));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = gradient(y);
        double scale = 2 * spec.alpha() * spec.beta() / spec.size();
        for (int i = 0; i < dx.size(); i++) {
            int j = channel(i);
            double sum = 0;
            for (int c = Math.max(0, j - after); c <= Math.min(channels - 1, j + before); c++) {
                int reader = i + (c - j) * inner;
                sum += dy.get(reader) * y.get(reader) * (x.get(i) / s.get(reader));
            }
            double direct = dy.get(i) * Math.pow(s.get(i), -spec.beta());
            dx.set(i, direct - scale * sum);
        }
    }

    /** NaN in place of infinity: nothing may become 0 because a square overflows. */
    private static double finite(double s) {
        return Double.isInfinite(s) ? Double.NaN : s;
    }

    private int channel(int i) {
        return i / inner % channels;
    }

    @Override
    public List<Tensor> saved() {
        return List.of(s);
    }
}
