package io.retrograd.backend.onednn;

import static io.retrograd.backend.onednn.Exponential.fma;

/**
 * x·Φ(x), Φ the normal distribution function, with s = |x|, q = Φ(−s):
 *
 * <pre>
 *   x·Φ(x) = max(x, 0) − s·q        q = e^(−s²/2)·m(s)
 * </pre>
 *
 * m = e^(s²/2)·Φ(−s), Mills' ratio, is a quotient of polynomials that interpolates it at Chebyshev
 * nodes of (s − 3)/(s + 3), right to 3e-8 of itself up to 14.5; beyond, q is 0 in float32.
 * e^(−s²/2) is made of a part h of s with an exact square: what s² is rounded by would be
 * multiplied by s². So no digit is lost far below 0.
 */
record Gelu() implements Curve {
    private static final float FAR = 14.5f;
    private static final float SQRT_2_PI_INVERSE = 0.3989423f;

    /** max(0, x) times this is 1 or more for every x above 0 that is not below 1e-38. */
    private static final float STEEP = 0x1p126f;

    /** Added and taken away again, it leaves multiples of 1/16. */
    private static final float ROUNDING = 0x1.8p19f;

    private static final float P0 = 0.375f;
    private static final float P1 = 0.32819527f;
    private static final float P2 = 0.13700268f;
    private static final float P3 = 0.030322203f;
    private static final float P4 = 0.0030617688f;
    private static final float Q0 = 0.75f;
    private static final float Q1 = 1.2548043f;
    private static final float Q2 = 0.9001913f;
    private static final float Q3 = 0.35097602f;
    private static final float Q4 = 0.07601137f;
    private static final float Q5 = 0.007674626f;

    @Override
    public void value(Room r, int n) {
        split(r, n);
        for (int i = 0; i < n; i++) {
            float s = r.gs[i];
            float e = r.powers[i] * Exponential.series(r.rests[i]);
            r.ys[i] = e * (s * mills(s));
        }
        for (int i = 0; i < n; i++) {
            r.ys[i] = fma(0.5f, r.xs[i], 0.5f * Math.abs(r.xs[i])) - r.ys[i];
        }
    }

    /** Φ(x) + x·φ(x), which is that or 1 minus that of −s. */
    @Override
    public void slope(Room r, int n) {
        split(r, n);
        for (int i = 0; i < n; i++) {
            float s = r.gs[i];
            float e = r.powers[i] * Exponential.series(r.rests[i]);
            r.ys[i] = e * (mills(s) - SQRT_2_PI_INVERSE * s);
        }
        for (int i = 0; i < n; i++) {
            float above = Math.min(1, Math.max(0, r.xs[i]) * STEEP);
            r.ys[i] = above + (1 - 2 * above) * r.ys[i];
        }
    }

    /** Puts s into {@code gs} and what e^(−s²/2) is made of into {@code powers, rests}. */
    private static void split(Room r, int n) {
        for (int i = 0; i < n; i++) {
            r.gs[i] = Math.min(Math.abs(r.xs[i]), FAR);
        }
        for (int i = 0; i < n; i++) {
            r.ks[i] = Exponential.shifted(r.gs[i] * r.gs[i] * -0.5f);
        }
        for (int i = 0; i < n; i++) {
            float s = r.gs[i];
            float h = s + ROUNDING - ROUNDING;
            r.rests[i] = Exponential.rest(h * h, (s - h) * (s + h), r.ks[i]);
        }
        r.power(n);
    }

    private static float mills(float s) {
        float p = fma(s, fma(s, fma(s, fma(s, P4, P3), P2), P1), P0);
        return p / fma(s, fma(s, fma(s, fma(s, fma(s, Q5, Q4), Q3), Q2), Q1), Q0);
    }
}
