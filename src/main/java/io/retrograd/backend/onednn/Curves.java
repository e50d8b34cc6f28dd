package io.retrograd.backend.onednn;

/**
 * The functions for which oneDNN's are not right enough: theirs are off by up to all digits where
 * numbers are small or negative, and infinite or NaN where they are large.
 *
 * <p>Numbers are clamped where nothing changes beyond. {@code t·0} with t = min(x, 0) makes NaN of
 * −∞, as {@code −∞·0} would.
 */
final class Curves {
    private Curves() {}

    /**
     * α·(eˣ − 1) below 0, x above. With m = eᵖ − 1 of p = x/32, of which the Taylor series is
     * taken, e²ᵖ − 1 = m·(m + 2), five times: that keeps all digits of small x.
     */
    record Elu(float alpha) implements Curve {
        private static final float LOWEST = -20;
        private static final float PART = 0x1p-5f;
        private static final float C3 = 1f / 6;
        private static final float C4 = 1f / 24;
        private static final float C5 = 1f / 120;
        private static final float C6 = 1f / 720;
        private static final float C7 = 1f / 5040;
        private static final float C8 = 1f / 40320;

        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float p = Math.max(LOWEST, Math.min(0, r.xs[i])) * PART;
                float high = C5 + p * (C6 + p * (C7 + p * C8));
                r.ts[i] = p + p * (p * (0.5f + p * (C3 + p * (C4 + p * high))));
            }
            for (int i = 0; i < n; i++) {
                float m = r.ts[i];
                m *= m + 2;
                m *= m + 2;
                m *= m + 2;
                m *= m + 2;
                m *= m + 2;
                r.ys[i] = Math.max(r.xs[i], 0) + alpha * m;
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
        public boolean exponential() {
            return true;
        }

        @Override
        public void exponent(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.es[i] = -Math.abs(r.xs[i]);
            }
        }

        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float w = r.es[i] / (2 + r.es[i]);
                float s = w * w;
                float high = 1f / 9 + s * (1f / 11 + s * (1f / 13 + s * (1f / 15)));
                float sum = s * (1f / 3 + s * (1f / 5 + s * (1f / 7 + s * high)));
                r.ys[i] = Math.max(r.xs[i], 0) + 2 * (w + w * sum);
            }
        }

        /** q / (1 + q) below 0, 1 / (1 + q) above. */
        @Override
        public void slope(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float q = r.es[i];
                float above = Math.min(1, Math.max(0, r.xs[i]) * STEEP);
                r.ys[i] = (q + above * (1 - q)) / (1 + q);
            }
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
        /** From here on it is x, and below the other it is 0. */
        private static final float HIGHEST = 15;

        private static final float LOWEST = -110;

        @Override
        public boolean exponential() {
            return true;
        }

        @Override
        public void exponent(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.es[i] = Math.min(HIGHEST, r.xs[i]);
            }
        }

        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float t = Math.min(r.xs[i], 0);
                float m = r.es[i] * (r.es[i] + 2);
                r.ys[i] = Math.max(LOWEST, r.xs[i]) * (m / (m + 2)) + t * 0;
            }
        }

        @Override
        public void slope(Room r, int n) {
            for (int i = 0; i < n; i++) {
                float x = Math.max(LOWEST, Math.min(HIGHEST, r.xs[i]));
                float e = r.es[i];
                float d = e * (e + 2) + 2;
                r.ys[i] = (e * (e + 2) + x * (4 * e * ((1 + e) / d))) / d;
            }
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

    /** x·clamp(x + 3, 0, 6)/6; oneDNN's x/6 + 1/2 loses digits near −3. */
    record Hardswish() implements Curve {
        @Override
        public void value(Room r, int n) {
            for (int i = 0; i < n; i++) {
                r.ys[i] = r.xs[i] * (Math.max(0, Math.min(6, r.xs[i] + 3)) / 6);
            }
        }

        @Override
        public boolean hasSlope() {
            return false;
        }
    }
}
