package io.retrograd.backend.reference;

import io.retrograd.operation.CosineEmbeddingSpec;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;

/** {@link CosineEmbeddingSpec}, with its letters. */
final class ReferenceCosineEmbedding extends ReferenceOp {
    private final CosineEmbeddingSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor z;
    private final ReferenceTensor target;
    private final ReferenceTensor y;
    private final int rows;
    private final int length;

    ReferenceCosineEmbedding(Losses.CosineEmbedding o) {
        super(o.x(), o.z(), o.target());
        spec = o.spec();
        x = own(o.x());
        z = own(o.z());
        target = own(o.target());
        y = own(o.y());
        rows = target.size();
        length = x.size() / rows;
    }

    private double product(ReferenceTensor u, ReferenceTensor v, int row) {
        double sum = 0;
        for (int i = row * length; i < (row + 1) * length; i++) {
            sum += u.get(i) * v.get(i);
        }
        return sum;
    }

    private double square(ReferenceTensor u, int row) {
        return product(u, u, row) + 1e-12f;
    }

    private double cosine(int row) {
        return product(x, z, row) / Math.sqrt(square(x, row) * square(z, row));
    }

    private double divisor() {
        return spec.reduction() == Reduction.MEAN ? rows : 1;
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            double t = target.get(r);
            sum += t == 1 ? 1 - cosine(r) : 0;
            sum += t == -1 ? Math.max(0, cosine(r) - spec.margin()) : 0;
        }
        y.set(0, sum / divisor());
    }

    @Override
    public void backward() {
        for (int r = 0; r < rows; r++) {
            double t = target.get(r);
            double slope = t == 1 ? -1 : t == -1 && !(cosine(r) < spec.margin()) ? 1 : 0;
            double scale = gradient(y).get(0) / divisor() * slope;
            double root = Math.sqrt(square(x, r) * square(z, r));
            double ofX = cosine(r) / square(x, r);
            double ofZ = cosine(r) / square(z, r);
            for (int i = r * length; i < (r + 1) * length; i++) {
                set(x.gradient(), i, scale * (z.get(i) / root - ofX * x.get(i)));
                set(z.gradient(), i, scale * (x.get(i) / root - ofZ * z.get(i)));
            }
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        spec.kinks(x.toArray(), z.toArray(), target.toArray(), ledger);
    }
}
