package io.retrograd.explain;

import java.util.stream.DoubleStream;

/**
 * The spectral radius ρ of a square matrix, the largest modulus of its eigenvalues: ‖Wᵏ‖ grows as
 * ρᵏ, whatever W does in its first powers.
 *
 * <pre>
 *   ρ(W) = lim ‖Wᵏ‖^(1/k)        k = 1, 2, 4, 8, ...
 * </pre>
 *
 * Source: I. Gelfand, Normierte Ringe, Matematicheskii Sbornik 9, 1941.
 */
public final class SpectralRadius {
    /** k reaches 2⁴⁸, with which a factor of size^size before ρᵏ is below a rounding. */
    private static final int SQUARINGS = 48;

    private SpectralRadius() {}

    /**
     * ρ of W.
     *
     * @param w (size, size), row-major. Not modified.
     * @return 0 for a nilpotent W; NaN if an element is NaN or infinite
     */
    public static double of(double[] w, int size) {
        double[] power = w.clone();
        double log = 0;
        double exponent = 1;
        for (int i = 0; i <= SQUARINGS; i++) {
            double norm = DoubleStream.of(power).map(Math::abs).max().orElse(0);
            if (norm == 0 || !Double.isFinite(norm)) {
                return norm == 0 ? 0 : Double.NaN;
            }
            log += Math.log(norm) / exponent;
            for (int j = 0; j < power.length; j++) {
                power[j] /= norm;
            }
            power = square(power, size);
            exponent *= 2;
        }
        return Math.exp(log);
    }

    private static double[] square(double[] w, int size) {
        double[] product = new double[w.length];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                double factor = w[i * size + k];
                for (int j = 0; j < size; j++) {
                    product[i * size + j] += factor * w[k * size + j];
                }
            }
        }
        return product;
    }
}
