package io.retrograd.backend.onednn;

/**
 * x·Φ(x), Φ the normal distribution function, with q = Φ(−|x|):
 *
 * <pre>
 *   x·Φ(x) = max(x, 0) − |x|·q        q = e^(−x²/2)·p(t)/(|x| + 4)        t = (|x| − 4)/(|x| + 4)
 * </pre>
 *
 * p is (|x| + 4)·e^(x²/2)·q interpolated at 11 Chebyshev nodes over |x| from 0 to 20, right to 6e-9
 * of itself; beyond, q is 0 in float32. e^(−x²/2) is made of a part h of |x| with an exact square:
 * what x² is rounded by would be multiplied by x². So no digit is lost far below 0.
 */
record Gelu() implements Curve {
    private static final float FAR = 20;
    private static final float MIDDLE = 4;
    private static final float INVERSE_SQRT_2_PI = 0.3989423f;

    /** Added and taken away again, it leaves multiples of 1/16. */
    private static final float ROUNDING = 0x1.8p19f;

    private static final float C3 = 1f / 6;
    private static final float C4 = 1f / 24;
    private static final float C5 = 1f / 120;
    private static final float C6 = 1f / 720;
    private static final float C7 = 1f / 5040;

    private static final float P0 = 0.75528514f;
    private static final float P1 = -0.6078967f;
    private static final float P2 = 0.3871372f;
    private static final float P3 = -0.18652134f;
    private static final float P4 = 0.060399752f;
    private static final float P5 = -0.00754314f;
    private static final float P6 = -0.0034983915f;
    private static final float P7 = 0.0016321841f;
    private static final float P8 = 1.7951477E-4f;
    private static final float P9 = -2.1014393E-4f;
    private static final float P10 = -4.231026E-5f;

    @Override
    public boolean exponential() {
        return true;
    }

    /** −h²/2. */
    @Override
    public void exponent(Room r, int n) {
        for (int i = 0; i < n; i++) {
            float h = Math.min(Math.abs(r.xs[i]), FAR) + ROUNDING - ROUNDING;
            r.es[i] = h * h * -0.5f;
        }
    }

    @Override
    public void value(Room r, int n) {
        gaussian(r, n);
        ratio(r, n);
        for (int i = 0; i < n; i++) {
            float t = Math.min(r.xs[i], 0);
            float size = Math.min(Math.abs(r.xs[i]), FAR);
            r.ys[i] = Math.max(r.xs[i], 0) - size * (r.ys[i] * r.es[i]) + t * 0;
        }
    }

    /** Φ(x) + x·φ(x). */
    @Override
    public void slope(Room r, int n) {
        gaussian(r, n);
        ratio(r, n);
        for (int i = 0; i < n; i++) {
            float above = Math.min(1, Math.max(0, r.xs[i]) * STEEP);
            float x = Math.max(-FAR, Math.min(FAR, r.xs[i]));
            float q = r.ys[i] * r.es[i];
            r.ys[i] = above + q * (1 - 2 * above) + x * (INVERSE_SQRT_2_PI * r.es[i]);
        }
    }

    /** Makes e^(−x²/2) of e^(−h²/2): the rest is between −0.63 and 0.63. */
    private static void gaussian(Room r, int n) {
        for (int i = 0; i < n; i++) {
            float size = Math.min(Math.abs(r.xs[i]), FAR);
            float h = size + ROUNDING - ROUNDING;
            r.ts[i] = (size - h) * (size + h) * -0.5f;
        }
        for (int i = 0; i < n; i++) {
            float p = r.ts[i];
            float high = C4 + p * (C5 + p * (C6 + p * C7));
            r.es[i] *= 1 + p * (1 + p * (0.5f + p * (C3 + p * high)));
        }
    }

    /** Puts q·e^(x²/2) into {@code ys}; {@code 1/(|x| + 4) = (1 − t)/8}. */
    private static void ratio(Room r, int n) {
        for (int i = 0; i < n; i++) {
            r.ts[i] = 1 / (Math.min(Math.abs(r.xs[i]), FAR) + MIDDLE);
        }
        for (int i = 0; i < n; i++) {
            float t = 1 - 2 * MIDDLE * r.ts[i];
            r.ys[i] = P5 + t * (P6 + t * (P7 + t * (P8 + t * (P9 + t * P10))));
        }
        for (int i = 0; i < n; i++) {
            float t = 1 - 2 * MIDDLE * r.ts[i];
            float p = P0 + t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * r.ys[i]))));
            r.ys[i] = p * r.ts[i];
        }
    }
}
