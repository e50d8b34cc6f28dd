package io.retrograd.backend.reference;

import io.retrograd.operation.GaussianNllSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;

/** {@link GaussianNllSpec}. */
final class ReferenceGaussianNll extends ReferenceOp {
    private final GaussianNllSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor variance;
    private final ReferenceTensor target;
    private final ReferenceTensor y;
    private final double divisor;
    private final int group;

    ReferenceGaussianNll(Losses.GaussianNll o) {
        super(o.x(), o.variance(), o.target());
        spec = o.spec();
        x = own(o.x());
        variance = own(o.variance());
        target = own(o.target());
        y = own(o.y());
        divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
        group = o.group();
    }

    /** w of x[i]; NaN of variances below 0. */
    private double w(int i) {
        double v = variance.get(i / group);
        return v < 0 ? Double.NaN : Math.max(v, spec.eps());
    }

    private double distance(int i) {
        return x.get(i) - target.get(i);
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += 0.5 * (Math.log(w(i)) + distance(i) * distance(i) / w(i));
            sum += spec.full() ? 0.5 * Math.log(2 * Math.PI) : 0;
        }
        y.set(0, sum / divisor);
    }

    @Override
    public void backward() {
        double scale = gradient(y).get(0) / divisor;
        ReferenceTensor dx = x.gradient();
        for (int i = 0; i < x.size() && dx != null; i++) {
            dx.set(i, scale * distance(i) / w(i));
        }
        ReferenceTensor dv = variance.gradient();
        for (int j = 0; j < variance.size() && dv != null; j++) {
            double sum = 0;
            for (int i = j * group; i < (j + 1) * group; i++) {
                sum += 0.5 / w(i) - 0.5 * distance(i) * distance(i) / (w(i) * w(i));
            }
            dv.set(j, scale * sum);
        }
    }
}
