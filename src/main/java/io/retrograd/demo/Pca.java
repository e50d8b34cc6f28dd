package io.retrograd.demo;

import java.util.Arrays;

/**
 * Principal components: of all linear codes of k numbers, the one that loses least.
 *
 * <pre>
 *   mean m    covariance C = mean of (x − m)(x − m)ᵀ = Σᵢ λᵢ vᵢ vᵢᵀ,    λ falling
 *
 *   code zᵢ = vᵢ·(x − m)        reconstruction m + Σ over i &lt; k of zᵢ vᵢ
 *   mean squared error on its own samples: Σ over i ≥ k of λᵢ, of all numbers of a sample
 * </pre>
 *
 * <p>Sources: P. Baldi, K. Hornik, Neural networks and principal component analysis: learning from
 * examples without local minima, 1989; for eigenvalues, C. Jacobi, 1846, as in G. Golub, C. Van
 * Loan, Matrix Computations.
 */
final class Pca {
    private static final double CONVERGED = 1e-30;
    private static final int SWEEPS = 100;

    private final double[] mean;

    /** By falling eigenvalue, each a row. */
    private final double[][] vectors;

    private final double[] values;

    private Pca(double[] mean, double[][] vectors, double[] values) {
        this.mean = mean;
        this.vectors = vectors;
        this.values = values;
    }

    /** The components of samples, a row each. Not modified. */
    static Pca of(double[][] samples) {
        int size = samples[0].length;
        double[] mean = new double[size];
        for (double[] x : samples) {
            Arrays.setAll(mean, i -> mean[i] + x[i] / samples.length);
        }
        double[][] covariance = new double[size][size];
        for (double[] x : samples) {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    covariance[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / samples.length;
                }
            }
        }
        double[][] vectors = diagonalize(covariance);
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Double.compare(covariance[j][j], covariance[i][i]));
        double[][] sorted = new double[size][];
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = vectors[order[i]];
            values[i] = covariance[order[i]][order[i]];
        }
        return new Pca(mean, sorted, values);
    }

    /**
     * Jacobi's rotations: each makes one element beside the diagonal 0, in turn.
     *
     * @param a symmetric. Modified: its eigenvalues on the diagonal.
     * @return eigenvectors, a row each
     */
    private static double[][] diagonalize(double[][] a) {
        int size = a.length;
        double[][] vectors = new double[size][size];
        for (int i = 0; i < size; i++) {
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < SWEEPS && beside(a) > CONVERGED; sweep++) {
            for (int p = 0; p < size; p++) {
                for (int q = p + 1; q < size; q++) {
                    if (a[p][q] != 0) {
                        rotate(a, vectors, p, q);
                    }
                }
            }
        }
        return vectors;
    }

    private static double beside(double[][] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += a[i][j] * a[i][j];
            }
        }
        return sum;
    }

    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        double ratio = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double tangent = Math.copySign(1, ratio) / (Math.abs(ratio) + Math.hypot(ratio, 1));
        double c = 1 / Math.hypot(tangent, 1);
        double s = tangent * c;
        for (double[] row : a) {
            double atP = row[p];
            row[p] = c * atP - s * row[q];
            row[q] = s * atP + c * row[q];
        }
        mix(a[p], a[q], c, s);
        mix(vectors[p], vectors[q], c, s);
    }

    private static void mix(double[] p, double[] q, double c, double s) {
        for (int i = 0; i < p.length; i++) {
            double atP = p[i];
            p[i] = c * atP - s * q[i];
            q[i] = s * atP + c * q[i];
        }
    }

    /** The variance along each component, the largest first. */
    double[] variances() {
        return values.clone();
    }

    /** The direction of a component. */
    double[] component(int number) {
        return vectors[number].clone();
    }

    /** A sample's code of k numbers. */
    double[] encode(double[] x, int k) {
        double[] code = new double[k];
        for (int n = 0; n < k; n++) {
            for (int i = 0; i < x.length; i++) {
                code[n] += vectors[n][i] * (x[i] - mean[i]);
            }
        }
        return code;
    }

    /** What a code says of its sample. */
    double[] decode(double... code) {
        double[] x = mean.clone();
        for (int n = 0; n < code.length; n++) {
            double z = code[n];
            double[] v = vectors[n];
            Arrays.setAll(x, i -> x[i] + z * v[i]);
        }
        return x;
    }

    double[] reconstruct(double[] x, int k) {
        return decode(encode(x, k));
    }

    /**
     * The best linear guess of x from x with independent noise of a variance: each component is
     * kept by its share λ / (λ + noise) of what is seen.
     */
    double[] denoise(double[] noisy, double noise) {
        double[] code = encode(noisy, vectors.length);
        Arrays.setAll(code, i -> code[i] * values[i] / (values[i] + noise));
        return decode(code);
    }

    /** The mean squared error of a pixel on the samples themselves, with a code of k numbers. */
    double error(int k) {
        return Arrays.stream(values, k, values.length).sum() / values.length;
    }
}
