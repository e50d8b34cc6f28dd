package io.retrograd.backend.onednn;

import io.retrograd.operation.GaussianNllSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/** {@link GaussianNllSpec}, in Java with sums in float64. */
final class OneDnnGaussianNll extends OneDnnOp {
    private final GaussianNllSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor variance;
    private final OneDnnTensor target;
    private final OneDnnTensor y;
    private final double divisor;
    private final int group;

    OneDnnGaussianNll(Losses.GaussianNll o) {
        super(o, "gaussianNll " + o.spec() + o.x().shape() + o.variance().shape());
        spec = o.spec();
        x = own(o.x());
        variance = own(o.variance());
        target = own(o.target());
        y = own(o.y());
        divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
        group = o.group();
    }

    private record Values(OneDnnTensor x, OneDnnTensor variance, OneDnnTensor target) {}

    private Values in(Pass pass) {
        return new Values(
                pass.in(x, x.plain()),
                pass.in(variance, variance.plain()),
                pass.in(target, target.plain()));
    }

    @Override
    void prepare(Planner planner) {
        Values values = in(forwardPass());
        forwardPass().add("gaussian nll", () -> forward(values));
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        OneDnnTensor dv = variance.gradient();
        if (dx == null && dv == null) {
            return;
        }
        Pass pass = backwardPass();
        Values again = in(pass);
        OneDnnTensor toX = dx == null ? null : pass.out(dx, x.plain());
        OneDnnTensor toV = dv == null ? null : pass.out(dv, variance.plain());
        pass.add("gaussian nll backward", () -> backward(again, toX, toV));
        if (toX != null) {
            pass.store(toX, dx);
        }
        if (toV != null) {
            pass.store(toV, dv);
        }
    }

    /** w of variance j; NaN of one below 0. */
    private double w(Values values, int j) {
        double v = values.variance.get(j);
        return v < 0 ? Double.NaN : Math.max(v, spec.eps());
    }

    private void forward(Values values) {
        double sum = 0;
        for (int j = 0; j < variance.size(); j++) {
            double w = w(values, j);
            double squares = 0;
            for (int i = j * group; i < (j + 1) * group; i++) {
                double d = (double) values.x.get(i) - values.target.get(i);
                squares += d * d;
            }
            sum += group * Math.log(w) + squares / w;
        }
        double constant = spec.full() ? GaussianNllSpec.CONSTANT * x.size() : 0;
        y.set(0, (sum / 2 + constant) / divisor);
    }

    private void backward(Values values, @Nullable OneDnnTensor dx, @Nullable OneDnnTensor dv) {
        double scale = y.requireGradient().get(0) / divisor;
        for (int j = 0; j < variance.size(); j++) {
            double w = w(values, j);
            double sum = 0;
            for (int i = j * group; i < (j + 1) * group; i++) {
                double d = (double) values.x.get(i) - values.target.get(i);
                sum += 1 - d / w * d;
                set(dx, i, scale * d / w);
            }
            set(dv, j, scale * sum / (2 * w));
        }
    }
}
