package io.retrograd.backend.onednn;

/**
 * Sums in float32 by halves, whose error grows with the logarithm of their number: loops that the
 * JIT compiler does several elements of at once.
 *
 * <p>Source: N. J. Higham, The accuracy of floating point summation, SIAM J. Sci. Comput. 14, 1993.
 */
final class PairwiseSum {
    /** So few are added up one by one, in float64. */
    private static final int FEW = 16;

    private PairwiseSum() {}

    /**
     * The sum of n elements.
     *
     * @param values modified
     */
    static double of(float[] values, int n) {
        int count = n;
        while (count > FEW) {
            int half = count / 2;
            if (count % 2 == 1) {
                values[0] += values[count - 1];
            }
            for (int i = 0; i < half; i++) {
                values[i] += values[half + i];
            }
            count = half;
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum;
    }
}
