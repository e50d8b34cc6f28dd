package io.retrograd.backend.onednn;

import io.retrograd.backend.PoolingAxis;

/**
 * The mean of each window: the sum of its elements over the number of its positions in the input,
 * or with {@code countIncludePad} in the padded input.
 */
final class JavaAveragePooling extends JavaPooling {
    private final boolean countIncludePad;

    JavaAveragePooling(
            PoolingAxis[] axes, boolean countIncludePad, OneDnnTensor x, OneDnnTensor y) {
        super("average pooling " + countIncludePad, axes, x, y);
        this.countIncludePad = countIncludePad;
    }

    @Override
    double pool(double[] of, int i, int d, int h, int w) {
        double sum = 0;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int first = row(d, a, h, r) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    sum += of[first + s];
                }
            }
        }
        return sum / divisor(d, h, w);
    }

    @Override
    void spread(double dy, double[] to, int i, int d, int h, int w) {
        double share = dy / divisor(d, h, w);
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int first = row(d, a, h, r) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    to[first + s] += share;
                }
            }
        }
    }

    private double divisor(int d, int h, int w) {
        return size(depth, d) * size(height, h) * size(width, w);
    }

    private double size(PoolingAxis axis, int o) {
        return countIncludePad ? axis.extent(o) : axis.count(o);
    }
}
