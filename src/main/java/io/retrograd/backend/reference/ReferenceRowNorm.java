package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of rows, each by its own mean and variance: what layer and group norm share.
 * Without b the mean is taken to be 0, and a constant: root mean square norm.
 *
 * <pre>
 *   x, y  R rows of L elements    w, b  one element for several of a row    mean, s (R)
 *
 *   mean[r] = Σᵢ x[r,i] / L        s[r] = 1/√(Σᵢ (x[r,i] − mean[r])² / L + eps)
 *   x̂ = (x − mean[r])·s[r]
 *   y = w·x̂ + b
 *
 *   db = Σ dy        dw = Σ dy·x̂        over all elements that share b and w
 *   dx = s[r]·(g − Σᵢ g/L − x̂·Σᵢ g·x̂/L)        g = w·dy, sums over row r
 * </pre>
 */
abstract class ReferenceRowNorm extends ReferenceOp {
    private final double eps;
    private final ReferenceTensor x;
    private final ReferenceTensor w;
    private final @Nullable ReferenceTensor b;
    private final ReferenceTensor y;
    private final ReferenceTensor mean;
    private final ReferenceTensor inverseStd;
    private final int rows;
    private final int length;

    ReferenceRowNorm(Normalizations o, double eps, int rows, Tensor w, @Nullable Tensor b) {
        super(o.x(), w);
        this.eps = eps;
        this.rows = rows;
        x = own(o.x());
        this.w = own(w);
        this.b = ownOrNull(b);
        y = own(o.y());
        length = x.size() / rows;
        mean = y.saved(y.name() + ".mean", Shape.of(rows));
        inverseStd = y.saved(y.name() + ".inverse_std", Shape.of(rows));
    }

    /** Index in w and b of what scales and shifts element {@code i} of x, counted over all rows. */
    abstract int parameter(int i);

    @Override
    public final void forward() {
        for (int r = 0; r < rows; r++) {
            statistics(r);
            for (int i = r * length; i < (r + 1) * length; i++) {
                double shift = b == null ? 0 : b.get(parameter(i));
                y.set(i, w.get(parameter(i)) * normalised(r, i) + shift);
            }
        }
    }

    private void statistics(int r) {
        double centre = b == null ? 0 : mean(r);
        double squares = 0;
        for (int i = r * length; i < (r + 1) * length; i++) {
            squares += (x.get(i) - centre) * (x.get(i) - centre);
        }
        mean.set(r, centre);
        inverseStd.set(r, inverseRoot(squares / length + eps));
    }

    private double mean(int r) {
        double sum = 0;
        for (int i = r * length; i < (r + 1) * length; i++) {
            sum += x.get(i);
        }
        return sum / length;
    }

    @Override
    public final void backward() {
        ReferenceTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        if (w.gradient() != null) {
            weightGradient(dy);
        }
        if (b != null && b.gradient() != null) {
            biasGradient(gradient(b), dy);
        }
        ReferenceTensor dx = x.gradient();
        for (int r = 0; dx != null && r < rows; r++) {
            inputGradientRow(r, dx, dy);
        }
    }

    private void weightGradient(ReferenceTensor dy) {
        ReferenceTensor dw = gradient(w);
        dw.fill(0);
        for (int r = 0; r < rows; r++) {
            for (int i = r * length; i < (r + 1) * length; i++) {
                dw.add(parameter(i), dy.get(i) * normalised(r, i));
            }
        }
    }

    private void biasGradient(ReferenceTensor db, ReferenceTensor dy) {
        db.fill(0);
        for (int i = 0; i < dy.size(); i++) {
            db.add(parameter(i), dy.get(i));
        }
    }

    private void inputGradientRow(int r, ReferenceTensor dx, ReferenceTensor dy) {
        double sum = 0;
        double sumNormalised = 0;
        for (int i = r * length; i < (r + 1) * length; i++) {
            double g = w.get(parameter(i)) * dy.get(i);
            sum += g;
            sumNormalised += g * normalised(r, i);
        }
        for (int i = r * length; i < (r + 1) * length; i++) {
            double g = w.get(parameter(i)) * dy.get(i);
            double correction = ((b == null ? 0 : sum) + normalised(r, i) * sumNormalised) / length;
            dx.set(i, inverseStd.get(r) * (g - correction));
        }
    }

    /** x̂ of element {@code i}, which lies in row {@code r}. */
    private double normalised(int r, int i) {
        return (x.get(i) - mean.get(r)) * inverseStd.get(r);
    }

    @Override
    public final List<Tensor> saved() {
        return List.of(mean, inverseStd);
    }
}
