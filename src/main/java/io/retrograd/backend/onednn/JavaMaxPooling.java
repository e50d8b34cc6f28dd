package io.retrograd.backend.onednn;

import io.retrograd.backend.KinkLedger;
import io.retrograd.backend.PoolingAxis;
import io.retrograd.backend.PoolingSpec;

/**
 * The largest element of each window; −∞ and no gradient where dilated elements all miss the input.
 */
final class JavaMaxPooling extends JavaPooling {
    private static final int NONE = -1;

    /** For each element of y the winner's index in its plane of x, or {@link #NONE}. */
    private final int[] top;

    JavaMaxPooling(PoolingSpec spec, OneDnnTensor x, OneDnnTensor y) {
        super("max pooling " + spec, PoolingAxis.all(spec, x.shape(), y.shape()), x, y);
        top = new int[y.size()];
    }

    @Override
    double pool(double[] of, int i, int d, int h, int w) {
        int winner = NONE;
        double max = Double.NEGATIVE_INFINITY;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int row = row(d, a, h, r);
                for (int s = 0; s < width.count(w); s++) {
                    double value = of[row + width.input(w, s)];
                    if (value > max || winner == NONE || Double.isNaN(value)) {
                        max = value;
                        winner = row + width.input(w, s);
                    }
                }
            }
        }
        top[i] = winner;
        return max;
    }

    @Override
    void spread(double dy, double[] to, int i, int d, int h, int w) {
        if (top[i] != NONE) {
            to[top[i]] += dy;
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int winner : top) {
            ledger.add(winner);
        }
    }
}
