package io.retrograd.backend.onednn;

import static io.retrograd.backend.onednn.Exponential.fma;

/**
 * The functions for which oneDNN's are not right enough: theirs are off by up to all digits where
 * numbers are small or negative, and infinite or NaN where they are large.
 *
 * <p>Numbers are clamped where nothing changes beyond.
 */
final class Curves {
    private Curves() {}

    /** From here on eˣ − 1 is −1. */
    private static final float LOWEST_POWER = -17.5f;

    private static final float PART = 0x1p-4f;

    /** (m − p)/p² interpolated at 7 Chebyshev nodes, right to 1e-9 of m. */
    private static final float M2 = 0.5f;

    private static final float M3 = 0.16666663f;
    private static final float M4 = 0.041666094f;
    private static final float M5 = 0.008330163f;
    private static final float M6 = 0.0013804323f;
    private static final float M7 = 1.8664036E-4f;
    private static final float M8 = 1.6344256E-5f;

    /** Twice this makes the smallest number above 0 larger than 1. */
    private static final float LARGE = 0x1p75f;

    /** α·(eˣ − 1) below 0, x above. */
    record Elu(float alpha) implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = fma(alpha, expm1(r.xs[i]), Math.max(r.xs[i], 0));
            }
        }

        @Override
        public boolean hasSlope() {
            return false;
        }
    }

    /**
     * {@code max(x, 0) + log(1 + q)} with q = e^−|x|, by {@code log(1 + q) = 2·artanh(q / (2 +
     * q))}; above the threshold, from which on it is x, that is x in float32.
     */
    record Softplus() implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.gs[i] = Math.max(Exponential.LOWEST, -Math.abs(r.xs[i]));
            }
            r.split(n);
            for (int i = 0; i < n; i++) {
                float q = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                r.ys[i] = q / (2 + q);
            }
            for (int i = 0; i < n; i++) {
                float w = r.ys[i];
                float s = w * w;
                float high = fma(s, fma(s, fma(s, 1f / 15, 1f / 13), 1f / 11), 1f / 9);
                float sum = s * fma(s, fma(s, fma(s, high, 1f / 7), 1f / 5), 1f / 3);
                r.ys[i] = fma(2, fma(w, sum, w), Math.max(r.xs[i], 0));
            }
        }

        @Override
        public boolean hasSlope() {
            return false;
        }

        @Override
        public boolean keepsZero() {
            return false;
        }
    }

    /** x / (1 + |x|). */
    record Softsign() implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = r.xs[i] / (1 + Math.abs(r.xs[i]));
            }
        }

        @Override
        public void slope(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float root = 1 / (1 + Math.abs(r.xs[i]));
                r.ys[i] = root * root;
            }
        }
    }

    /** x·tanh(softplus(x)), with e = eˣ and m = e·(e + 2): tanh(softplus(x)) = m / (m + 2). */
    record Mish() implements Curve {
        /** From here on it is x. */
        private static final float HIGHEST = 15;

        @Override
        public void value(Room r, int n) {
            split(r, n);
            for (int i = 0; i < n; i++) {
                float e = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                float m = fma(e, e, e + e);
                r.ys[i] = r.xs[i] * (m / (m + 2));
            }
        }

        @Override
        public void slope(Room r, int n) {
            split(r, n);
            for (int i = 0; i < n; i++) {
                float e = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                float m = fma(e, e, e + e);
                float d = m + 2;
                r.ys[i] = fma(r.gs[i], 4 * e * ((1 + e) / d), m) / d;
            }
        }

        private static void split(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.gs[i] = Math.max(Exponential.LOWEST, Math.min(HIGHEST, r.xs[i]));
            }
            r.split(n);
        }
    }

    /** x clamped; oneDNN makes the lower bound of NaN. */
    record Clamp(float low, float high) implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = Math.max(low, Math.min(high, r.xs[i]));
            }
        }

        @Override
        public boolean hasSlope() {
            return false;
        }
    }

    /** scale·α·(e^(x/width) − 1) below 0, scale·x above. */
    record ScaledElu(float alpha, float scale, float width) implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float m = expm1(r.xs[i] / width);
                r.ys[i] = fma(scale * alpha, m, scale * Math.max(r.xs[i], 0));
            }
        }

        @Override
        public void slope(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.gs[i] = Math.max(Exponential.LOWEST, Math.min(0, r.xs[i] / width));
            }
            r.split(n);
            float below = scale * (alpha / width);
            for (int i = 0; i < n; i++) {
                float above = above(r.xs[i]);
                float e = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                r.ys[i] = fma(scale, above, (1 - above) * (below * e));
            }
        }
    }

    /** clamp(x + 3, 0, 6) / 6; oneDNN's x/6 + 1/2 loses digits near −3. */
    record Hardsigmoid() implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = Math.max(0, Math.min(6, r.xs[i] + 3)) / 6;
            }
        }

        @Override
        public void slope(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = above(r.xs[i] + 3) * above(3 - r.xs[i]) / 6;
            }
        }

        @Override
        public boolean keepsZero() {
            return false;
        }
    }

    /** −softplus(−x), and 1/(1 + e^x). */
    record Logsigmoid() implements Curve {
        private static final Softplus SOFTPLUS = new Softplus();

        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.xs[i] = -r.xs[i];
            }
            SOFTPLUS.value(r, n);
            for (int i = 0; i < n; i++) {
                r.ys[i] = -r.ys[i];
            }
        }

        @Override
        public void slope(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.gs[i] = Math.max(Exponential.LOWEST, -Math.abs(r.xs[i]));
            }
            r.split(n);
            for (int i = 0; i < n; i++) {
                float q = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                float above = above(r.xs[i]);
                r.ys[i] = fma(above, q, 1 - above) / (1 + q);
            }
        }

        @Override
        public boolean keepsZero() {
            return false;
        }
    }

    /**
     * x − tanh(x), with p = clamp(x, −1, 1) and q = e^−2|x|: within 1 {@code Σₖ 2k·p²ᵏ⁺¹ / (2k +
     * 1)!} over cosh(p), whose terms have one sign; beyond, {@code (x − p) + p·2q / (1 + q)}.
     */
    record Tanhshrink() implements Curve {
        /** 2k / (2k + 1)! and, for cosh, 1 / (2k)!. */
        private static final float S1 = 1f / 3;

        private static final float S2 = 1f / 30;
        private static final float S3 = 1f / 840;
        private static final float S4 = 1f / 45360;
        private static final float S5 = 1f / 3991680;
        private static final float S6 = 12f / 6227020800f;
        private static final float C2 = 1f / 2;
        private static final float C4 = 1f / 24;
        private static final float C6 = 1f / 720;
        private static final float C8 = 1f / 40320;
        private static final float C10 = 1f / 3628800;

        @Override
        public void value(Room r, int n) {
            split(r, n);
            for (int i = 0; i < n; i++) {
                float q = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                float p = Math.max(-1, Math.min(1, r.xs[i]));
                r.ys[i] = (r.xs[i] - p) + p * (2 * q / (1 + q));
            }
            for (int i = 0; i < n; i++) {
                float near = near(Math.max(-1, Math.min(1, r.xs[i])));
                float far = above(Math.abs(r.xs[i]) - 1);
                r.ys[i] = fma(far, r.ys[i], (1 - far) * near);
            }
        }

        /** tanh²(x): within 1 of p less its difference from tanh(p), beyond of (1 − q)/(1 + q). */
        @Override
        public void slope(Room r, int n) {
            split(r, n);
            for (int i = 0; i < n; i++) {
                float q = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
                r.ys[i] = (1 - q) / (1 + q);
            }
            for (int i = 0; i < n; i++) {
                float s = Math.min(1, Math.abs(r.xs[i]));
                float far = above(Math.abs(r.xs[i]) - 1);
                float t = fma(far, r.ys[i], (1 - far) * (s - near(s)));
                r.ys[i] = t * t;
            }
        }

        /** p − tanh(p), |p| at most 1. */
        private static float near(float p) {
            float s = p * p;
            float high = fma(s, fma(s, fma(s, S6, S5), S4), S3);
            float sum = p * (s * fma(s, fma(s, high, S2), S1));
            return sum / fma(s, fma(s, fma(s, fma(s, fma(s, C10, C8), C6), C4), C2), 1);
        }

        private static void split(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.gs[i] = Math.max(Exponential.LOWEST, -2 * Math.abs(r.xs[i]));
            }
            r.split(n);
        }
    }

    /** 1 above 0, else 0: Java's compiler has no vectors of comparisons. NaN stays. */
    static float above(float x) {
        return Math.min(1, Math.max(0, x) * LARGE * LARGE);
    }

    /**
     * eˣ − 1 below 0, 0 above. With m = eᵖ − 1 of p = x/16, e²ᵖ − 1 = m·(m + 2), four times: that
     * keeps all digits of small x.
     */
    private static float expm1(float x) {
        float p = Math.max(LOWEST_POWER, Math.min(0, x)) * PART;
        float high = fma(p, fma(p, fma(p, fma(p, M8, M7), M6), M5), M4);
        float m = fma(p * p, fma(p, fma(p, high, M3), M2), p);
        m = fma(m, m, m + m);
        m = fma(m, m, m + m);
        m = fma(m, m, m + m);
        return fma(m, m, m + m);
    }
}
