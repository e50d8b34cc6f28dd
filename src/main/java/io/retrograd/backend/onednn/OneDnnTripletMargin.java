package io.retrograd.backend.onednn;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.operation.TripletMarginSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link TripletMarginSpec}, in Java with sums in float64. */
final class OneDnnTripletMargin extends OneDnnOp {
    private final TripletMarginSpec spec;
    private final List<OneDnnTensor> embeddings;
    private final OneDnnTensor y;
    private final int length;
    private final int rows;
    private final double divisor;

    OneDnnTripletMargin(Losses.TripletMargin o) {
        super(o, "tripletMargin " + o.spec() + o.anchor().shape());
        spec = o.spec();
        embeddings = own(List.of(o.anchor(), o.positive(), o.negative()));
        y = own(o.y());
        length = (int) o.anchor().shape().tail(o.anchor().shape().rank() - 1).size();
        rows = embeddings.get(0).size() / length;
        divisor = spec.reduction() == Reduction.MEAN ? rows : 1;
    }

    /** The three embeddings, or their gradients, in row-major order. */
    private record Triplet(
            @Nullable OneDnnTensor a, @Nullable OneDnnTensor p, @Nullable OneDnnTensor n) {}

    @Override
    void prepare(Planner planner) {
        Row row = new Row(forwardPass());
        forwardPass().add("triplet margin", () -> forward(row));
        forwardPass().writes(y);
        if (y.grad() == null) {
            return;
        }
        Pass pass = backwardPass();
        Row again = new Row(pass);
        List<@Nullable OneDnnTensor> to = new ArrayList<>();
        for (OneDnnTensor tensor : embeddings) {
            OneDnnTensor gradient = tensor.gradient();
            to.add(gradient == null ? null : pass.out(gradient, tensor.plain()));
        }
        Triplet gradients = new Triplet(to.get(0), to.get(1), to.get(2));
        pass.add("triplet margin backward", () -> backward(again, gradients));
        for (int i = 0; i < to.size(); i++) {
            OneDnnTensor written = to.get(i);
            if (written != null) {
                pass.store(written, embeddings.get(i).gradient());
            }
        }
    }

    private void forward(Row row) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            row.measure(r);
            sum += Math.max(0, row.excess);
        }
        y.set(0, sum / divisor);
    }

    private void backward(Row row, Triplet gradients) {
        double dy = y.requireGradient().get(0) / divisor;
        for (int r = 0; r < rows; r++) {
            row.measure(r);
            row.gradients(row.excess < 0 ? 0 : dy, gradients);
        }
    }

    /** Distances of one row after another. */
    private final class Row {
        private final OneDnnTensor a;
        private final OneDnnTensor p;
        private final OneDnnTensor n;
        private int first;
        private double near;
        private double toAnchor;
        private double toPositive;
        private double excess;

        Row(Pass pass) {
            a = pass.in(embeddings.get(0), embeddings.get(0).plain());
            p = pass.in(embeddings.get(1), embeddings.get(1).plain());
            n = pass.in(embeddings.get(2), embeddings.get(2).plain());
        }

        void measure(int row) {
            first = row * length;
            near = distance(a, p);
            toAnchor = distance(a, n);
            toPositive = spec.swap() ? distance(p, n) : Double.POSITIVE_INFINITY;
            excess = spec.margin() + near - Math.min(toAnchor, toPositive);
        }

        private double difference(OneDnnTensor u, OneDnnTensor v, int i) {
            return (double) u.get(i) - v.get(i) + spec.eps();
        }

        private double distance(OneDnnTensor u, OneDnnTensor v) {
            double most = 0;
            for (int i = first; i < first + length; i++) {
                most = Math.max(most, Math.abs(difference(u, v, i)));
            }
            if (most == 0 || most == Double.POSITIVE_INFINITY) {
                return most;
            }
            double sum = 0;
            for (int i = first; i < first + length; i++) {
                double share = Math.abs(difference(u, v, i)) / most;
                sum += spec.norm() == 2 ? share * share : Math.pow(share, spec.norm());
            }
            return most * (spec.norm() == 2 ? Math.sqrt(sum) : Math.pow(sum, 1 / spec.norm()));
        }

        private double slope(OneDnnTensor u, OneDnnTensor v, double distance, int i) {
            double share = distance == 0 ? 0 : difference(u, v, i) / distance;
            return spec.norm() == 2
                    ? share
                    : Math.signum(share) * Math.pow(Math.abs(share), spec.norm() - 1);
        }

        void gradients(double s, Triplet to) {
            double toBoth = toAnchor == toPositive ? 0.5 : 1;
            double ofAnchor = toAnchor <= toPositive ? toBoth : 0;
            double ofPositive = toPositive <= toAnchor ? toBoth : 0;
            for (int i = first; i < first + length; i++) {
                double ap = slope(a, p, near, i);
                double an = ofAnchor == 0 ? 0 : ofAnchor * slope(a, n, toAnchor, i);
                double pn = ofPositive == 0 ? 0 : ofPositive * slope(p, n, toPositive, i);
                set(to.a, i, s * (ap - an));
                set(to.p, i, -s * (ap + pn));
                set(to.n, i, s * (an + pn));
            }
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        spec.kinks(
                embeddings.get(0).toArray(),
                embeddings.get(1).toArray(),
                embeddings.get(2).toArray(),
                length,
                ledger);
    }
}
