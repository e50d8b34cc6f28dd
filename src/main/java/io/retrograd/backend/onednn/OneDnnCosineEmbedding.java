package io.retrograd.backend.onednn;

import io.retrograd.operation.CosineEmbeddingSpec;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/** {@link CosineEmbeddingSpec}, in Java with sums in float64. */
final class OneDnnCosineEmbedding extends OneDnnOp {
    private final CosineEmbeddingSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor z;
    private final OneDnnTensor target;
    private final OneDnnTensor y;
    private final int rows;
    private final int length;
    private final double divisor;

    OneDnnCosineEmbedding(Losses.CosineEmbedding o) {
        super(o, "cosineEmbedding " + o.spec() + o.x().shape());
        spec = o.spec();
        x = own(o.x());
        z = own(o.z());
        target = own(o.target());
        y = own(o.y());
        rows = target.size();
        length = x.size() / rows;
        divisor = spec.reduction() == Reduction.MEAN ? rows : 1;
    }

    @Override
    void prepare(Planner planner) {
        Row row = new Row(forwardPass());
        forwardPass().add("cosine embedding", () -> forward(row));
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        OneDnnTensor dz = z.gradient();
        if (dx == null && dz == null) {
            return;
        }
        Pass pass = backwardPass();
        Row again = new Row(pass);
        OneDnnTensor toX = dx == null ? null : pass.out(dx, x.plain());
        OneDnnTensor toZ = dz == null ? null : pass.out(dz, z.plain());
        pass.add("cosine embedding backward", () -> backward(again, toX, toZ));
        if (toX != null) {
            pass.store(toX, dx);
        }
        if (toZ != null) {
            pass.store(toZ, dz);
        }
    }

    private void forward(Row row) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            row.measure(r);
            if (row.target() == 1) {
                sum += 1 - row.cosine;
            } else if (row.target() == -1) {
                sum += Math.max(0, row.cosine - spec.margin());
            }
        }
        y.set(0, sum / divisor);
    }

    private void backward(Row row, @Nullable OneDnnTensor dx, @Nullable OneDnnTensor dz) {
        double dy = y.requireGradient().get(0) / divisor;
        for (int r = 0; r < rows; r++) {
            row.measure(r);
            double scale = 0;
            if (row.target() == 1) {
                scale = -dy;
            } else if (row.target() == -1 && !(row.cosine < spec.margin())) {
                scale = dy;
            }
            for (int i = row.first; i < row.first + length; i++) {
                double u = row.x.get(i) / row.sizeX;
                double v = row.z.get(i) / row.sizeZ;
                set(dx, i, scale * (v - row.cosine * u) / row.sizeX);
                set(dz, i, scale * (u - row.cosine * v) / row.sizeZ);
            }
        }
    }

    /** Lengths and the cosine of one pair after another. */
    private final class Row {
        private final OneDnnTensor x;
        private final OneDnnTensor z;
        private final OneDnnTensor targets;
        private int first;
        private double sizeX;
        private double sizeZ;
        private double cosine;

        Row(Pass pass) {
            x = pass.in(OneDnnCosineEmbedding.this.x, OneDnnCosineEmbedding.this.x.plain());
            z = pass.in(OneDnnCosineEmbedding.this.z, OneDnnCosineEmbedding.this.z.plain());
            targets = pass.in(target, target.plain());
        }

        void measure(int row) {
            first = row * length;
            double xx = CosineEmbeddingSpec.EPSILON;
            double zz = CosineEmbeddingSpec.EPSILON;
            double xz = 0;
            for (int i = first; i < first + length; i++) {
                double u = x.get(i);
                double v = z.get(i);
                xx += u * u;
                zz += v * v;
                xz += u * v;
            }
            sizeX = Math.sqrt(xx);
            sizeZ = Math.sqrt(zz);
            cosine = xz / (sizeX * sizeZ);
        }

        double target() {
            return targets.get(first / length);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        spec.kinks(x.toArray(), z.toArray(), target.toArray(), ledger);
    }
}
