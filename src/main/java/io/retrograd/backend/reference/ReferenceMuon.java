package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.Arrays;

/** {@link UpdateRule.Muon}. */
final class ReferenceMuon extends ReferenceDescent {
    private final UpdateRule.Muon spec;

    ReferenceMuon(UpdateRule.Muon spec, Selection parameters) {
        super(parameters, "muon.momentum");
        this.spec = spec;
    }

    @Override
    void descend(
            double lr,
            double decay,
            double t,
            ReferenceTensor w,
            ReferenceTensor dw,
            ReferenceTensor[] memory) {
        ReferenceTensor m = memory[0];
        double[] u = new double[w.size()];
        for (int i = 0; i < u.length; i++) {
            double g = dw.get(i);
            m.set(i, spec.momentum() * m.get(i) + (1 - spec.momentum()) * g);
            u[i] =
                    spec.nesterov()
                            ? spec.momentum() * m.get(i) + (1 - spec.momentum()) * g
                            : m.get(i);
        }
        double[] x = orthogonal(u, UpdateRule.Muon.rows(w.shape()));
        double keep = 1 - lr * decay;
        for (int i = 0; i < u.length; i++) {
            w.set(i, keep * w.get(i) - lr * x[i]);
        }
    }

    /** A matrix with the same singular vectors, and singular values near 1. */
    private double[] orthogonal(double[] u, int rows) {
        int columns = u.length / rows;
        if (rows > columns) {
            return transposed(orthogonal(transposed(u, columns), columns), rows);
        }
        double norm = Math.sqrt(Arrays.stream(u).map(it -> it * it).sum());
        double divisor = norm < UpdateRule.Muon.EPS ? UpdateRule.Muon.EPS : norm;
        double[] x = Arrays.stream(u).map(it -> it / divisor).toArray();
        for (int step = 0; step < spec.steps(); step++) {
            double[] gram = product(x, transposed(x, columns), rows, columns);
            double[] square = product(gram, gram, rows, rows);
            double[] cubic = product(gram, x, rows, rows);
            double[] quintic = product(square, x, rows, rows);
            for (int i = 0; i < x.length; i++) {
                x[i] =
                        UpdateRule.Muon.A * x[i]
                                + UpdateRule.Muon.B * cubic[i]
                                + UpdateRule.Muon.C * quintic[i];
            }
        }
        return x;
    }

    /** The transpose of a matrix with so many columns. */
    private static double[] transposed(double[] x, int columns) {
        int rows = x.length / columns;
        double[] y = new double[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                y[j * rows + i] = x[i * columns + j];
            }
        }
        return y;
    }

    /** {@code a (rows, terms) · b (terms, ...)} */
    private static double[] product(double[] a, double[] b, int rows, int terms) {
        int columns = b.length / terms;
        double[] c = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < terms; k++) {
                double factor = a[i * terms + k];
                for (int j = 0; j < columns; j++) {
                    c[i * columns + j] += factor * b[k * columns + j];
                }
            }
        }
        return c;
    }
}
