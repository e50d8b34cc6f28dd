package io.retrograd.backend.reference;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.operation.TripletMarginSpec;

/** {@link TripletMarginSpec}, with its letters. */
final class ReferenceTripletMargin extends ReferenceOp {
    private final TripletMarginSpec spec;
    private final ReferenceTensor a;
    private final ReferenceTensor p;
    private final ReferenceTensor n;
    private final ReferenceTensor y;
    private final int length;
    private final int rows;

    ReferenceTripletMargin(Losses.TripletMargin o) {
        super(o.anchor(), o.positive(), o.negative());
        spec = o.spec();
        a = own(o.anchor());
        p = own(o.positive());
        n = own(o.negative());
        y = own(o.y());
        length = a.dim(a.shape().rank() - 1);
        rows = a.size() / length;
    }

    private double difference(ReferenceTensor u, ReferenceTensor v, int i) {
        return u.get(i) - v.get(i) + spec.eps();
    }

    /** d(u, v) of a row; the largest difference is taken out of the powers. */
    private double distance(ReferenceTensor u, ReferenceTensor v, int row) {
        double most = 0;
        for (int i = row * length; i < (row + 1) * length; i++) {
            most = Math.max(most, Math.abs(difference(u, v, i)));
        }
        if (most == 0 || Double.isInfinite(most)) {
            return most;
        }
        double sum = 0;
        for (int i = row * length; i < (row + 1) * length; i++) {
            sum += Math.pow(Math.abs(difference(u, v, i)) / most, spec.norm());
        }
        return most * Math.pow(sum, 1 / spec.norm());
    }

    /** g(u, v)[i] */
    private double slope(ReferenceTensor u, ReferenceTensor v, double distance, int i) {
        double z = difference(u, v, i);
        return distance == 0
                ? 0
                : Math.signum(z) * Math.pow(Math.abs(z) / distance, spec.norm() - 1);
    }

    private double far(int row) {
        double toAnchor = distance(a, n, row);
        return spec.swap() ? Math.min(toAnchor, distance(p, n, row)) : toAnchor;
    }

    private double divisor() {
        return spec.reduction() == Reduction.MEAN ? rows : 1;
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += Math.max(0, spec.margin() + distance(a, p, r) - far(r));
        }
        y.set(0, sum / divisor());
    }

    @Override
    public void backward() {
        ReferenceTensor da = a.gradient();
        ReferenceTensor dp = p.gradient();
        ReferenceTensor dn = n.gradient();
        for (int r = 0; r < rows; r++) {
            double near = distance(a, p, r);
            double toAnchor = distance(a, n, r);
            double toPositive = distance(p, n, r);
            double excess = spec.margin() + near - far(r);
            double s = excess < 0 ? 0 : gradient(y).get(0) / divisor();
            double b = !spec.swap() || toAnchor < toPositive ? 1 : toAnchor > toPositive ? 0 : 0.5;
            for (int i = r * length; i < (r + 1) * length; i++) {
                double ap = slope(a, p, near, i);
                double an = b * slope(a, n, toAnchor, i);
                double pn = (1 - b) * slope(p, n, toPositive, i);
                set(da, i, s * (ap - an));
                set(dp, i, -s * (ap + pn));
                set(dn, i, s * (an + pn));
            }
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        spec.kinks(a.toArray(), p.toArray(), n.toArray(), length, ledger);
    }
}
