package io.retrograd.backend.onednn;

/**
 * Exponentials of many numbers: in float64 to 2⁻³¹ of the result and better, and what loops in
 * float32 make them of.
 *
 * <p>The loop is one expression without calls or branches, so that the JIT compiler computes as
 * many elements at once as a vector register holds: a Taylor series of x/1024, which 10 squarings
 * make e^x of. That is several times faster than {@link Math#exp}.
 */
final class Exponential {
    /** Beyond it e^x is 0 or infinite in float32, and its square still finite in float64. */
    private static final double LIMIT = 150;

    private static final double PART = 0x1p-10;
    private static final double C3 = 1.0 / 6;
    private static final double C4 = 1.0 / 24;
    private static final double C5 = 1.0 / 120;
    private static final double C6 = 1.0 / 720;
    private static final double C7 = 1.0 / 5040;

    /** Where a float32's exponent begins. */
    static final int EXPONENT_BIT = 23;

    /** No e^x above is 0; below, float32 has none but 0. */
    static final float LOWEST = -104;

    /** Whether the CPU multiplies and adds in one. */
    private static final boolean FUSED = Isa.AVX2.in(Dnnl.isa());

    /** Keeps factors normal where results are not. */
    private static final float SCALE = 0x1p-32f;

    /** Added to a number, it leaves an integer and 127 + 32 in the lowest bits. */
    private static final float SHIFT = 0x1.8p23f + 127 + 32;

    private static final float LOG2_E = 1.442695f;

    /** ln 2 in two parts, the first a multiple of 1/512. */
    private static final float LN_2 = 355f / 512;

    private static final float LN_2_REST = -2.1219444E-4f;

    /** (eʳ − 1 − r)/r² interpolated at 5 Chebyshev nodes up to ln(2)/2, right to 1e-8 of eʳ. */
    private static final float R2 = 0.5f * SCALE;

    private static final float R3 = 0.16666576f * SCALE;
    private static final float R4 = 0.041666552f * SCALE;
    private static final float R5 = 0.008363233f * SCALE;
    private static final float R6 = 0.001392625f * SCALE;

    private Exponential() {}

    /** {@code a·b + c}; rounded once where the CPU can. */
    static float fma(float a, float b, float c) {
        return FUSED ? Math.fma(a, b, c) : a * b + c;
    }

    /** Its lowest bits are the exponent of the power of 2, 2³²·2ᵏ, that e^g is made of. */
    static float shifted(float g) {
        return fma(g, LOG2_E, SHIFT);
    }

    /**
     * e^g for g from {@link #LOWEST} to 60.
     *
     * @param shifted {@link #shifted} of g
     * @param power the power of 2
     */
    static float of(float g, float shifted, float power) {
        float k = shifted - SHIFT;
        return power * series(fma(k, -LN_2_REST, fma(k, -LN_2, g)));
    }

    /**
     * r of {@code e^(−(a + b)/2) = 2ᵏ·eʳ}, for a a multiple of 1/256 and a small b, without a's
     * rounding.
     */
    static float rest(float a, float b, float shifted) {
        float k = shifted - SHIFT;
        return -0.5f * (fma(k, 2 * LN_2, a) + fma(k, 2 * LN_2_REST, b));
    }

    /** 2⁻³²·eʳ */
    static float series(float r) {
        return fma(r, fma(r, fma(r, fma(r, fma(r, fma(r, R6, R5), R4), R3), R2), SCALE), SCALE);
    }

    /**
     * {@code y = e^x}, x clamped to {@link #LIMIT} on both sides.
     *
     * @param x numbers. Not modified, if it is not y.
     * @param y room for n. Modified.
     */
    static void exp(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            double p = Math.max(-LIMIT, Math.min(LIMIT, x[i])) * PART;
            double e = 1 + p * (1 + p * (0.5 + p * (C3 + p * (C4 + p * (C5 + p * (C6 + p * C7))))));
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            y[i] = e * e;
        }
    }
}
