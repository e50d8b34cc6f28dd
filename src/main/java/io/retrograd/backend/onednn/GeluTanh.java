package io.retrograd.backend.onednn;

import static io.retrograd.backend.onednn.Exponential.fma;

/**
 * x·p with p = (1 + tanh(u))/2 = sigmoid(2u), u = √(2/π)·(x + 0.044715·x³), and q = e^−2|u|:
 *
 * <pre>
 *   x·p = (max(x, 0) + min(x, 0)·q) / (1 + q)
 *   p + x·p·(1 − p)·2u′ = ((x > 0 ? 1 : q) + x·q·2u′ / (1 + q)) / (1 + q)
 * </pre>
 *
 * which does not subtract from 1, as the definition does. Beyond 16 q is 0.
 */
record GeluTanh() implements Curve {
    private static final float FAR = 16;

    /** 2·√(2/π), that times 0.044715, and three times that. */
    private static final float A = 1.5957692f;

    private static final float B = 0.071354814f;
    private static final float B3 = 0.21406445f;

    @Override
    public void value(Room r, int n) {
        split(r, n);
        for (int i = 0; i < n; i++) {
            float q = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
            r.ys[i] = fma(Math.min(r.xs[i], 0), q, Math.max(r.xs[i], 0)) / (1 + q);
        }
    }

    @Override
    public void slope(Room r, int n) {
        split(r, n);
        for (int i = 0; i < n; i++) {
            float q = Exponential.of(r.gs[i], r.ks[i], r.powers[i]);
            float x = Math.max(-FAR, Math.min(FAR, r.xs[i]));
            float above = Curves.above(x);
            float change = q / (1 + q) * (x * fma(x * x, B3, A));
            r.ys[i] = (fma(1 - above, q, above) + change) / (1 + q);
        }
    }

    private static void split(Room r, int n) {
        for (int i = 0; i < n; i++) {
            float s = Math.min(FAR, Math.abs(r.xs[i]));
            r.gs[i] = Math.max(Exponential.LOWEST, -s * fma(s * s, B, A));
        }
        r.split(n);
    }
}
