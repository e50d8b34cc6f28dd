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

    /**
     * α·(eˣ − 1) below 0, x above. With m = eᵖ − 1 of p = x/16, e²ᵖ − 1 = m·(m + 2), four times:
     * that keeps all digits of small x.
     */
    record Elu(float alpha) implements Curve {
        /** From here on it is −α. */
        private static final float LOWEST = -17.5f;

        private static final float PART = 0x1p-4f;

        /** (m − p)/p² interpolated at 7 Chebyshev nodes, right to 1e-9 of m. */
        private static final float M2 = 0.5f;

        private static final float M3 = 0.16666663f;
        private static final float M4 = 0.041666094f;
        private static final float M5 = 0.008330163f;
        private static final float M6 = 0.0013804323f;
        private static final float M7 = 1.8664036E-4f;
        private static final float M8 = 1.6344256E-5f;

        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float p = Math.max(LOWEST, Math.min(0, r.xs[i])) * PART;
                float high = fma(p, fma(p, fma(p, fma(p, M8, M7), M6), M5), M4);
                float m = fma(p * p, fma(p, fma(p, high, M3), M2), p);
                m = fma(m, m, m + m);
                m = fma(m, m, m + m);
                m = fma(m, m, m + m);
                m = fma(m, m, m + m);
                r.ys[i] = fma(alpha, m, Math.max(r.xs[i], 0));
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

    /** x clamped to [−1, 1]; oneDNN makes −1 of NaN. */
    record Hardtanh() implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = Math.max(-1, Math.min(1, r.xs[i]));
            }
        }

        @Override
        public boolean hasSlope() {
            return false;
        }
    }
}
