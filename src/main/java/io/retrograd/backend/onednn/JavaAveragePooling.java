package io.retrograd.backend.onednn;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import java.util.List;

/**
 * The mean of each window in plain Java, for windows and divisors that oneDNN lacks.
 *
 * <p>The divisor is the number of a window's positions in the input, or with {@code
 * countIncludePad} in the padded input.
 */
final class JavaAveragePooling extends JavaPooling {
    private final boolean countIncludePad;

    JavaAveragePooling(Poolings o, PoolingAxis[] axes, boolean countIncludePad) {
        super(o, axes, "average pooling " + countIncludePad);
        this.countIncludePad = countIncludePad;
    }

    @Override
    void prepare(Planner planner) {
        list(List.of());
    }

    @Override
    void pool(Room room, int plane) {
        int i = 0;
        for (int d = 0; d < depth.out(); d++) {
            for (int h = 0; h < height.out(); h++) {
                for (int w = 0; w < width.out(); w++, i++) {
                    room.ys[i] = (float) (sum(room.xs, d, h, w) / divisor(d, h, w));
                }
            }
        }
    }

    private double sum(float[] xs, int d, int h, int w) {
        double sum = 0;
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int first = row(d, a, h, r) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    sum += xs[first + s];
                }
            }
        }
        return sum;
    }

    @Override
    void spread(Room room, int plane) {
        int i = 0;
        for (int d = 0; d < depth.out(); d++) {
            for (int h = 0; h < height.out(); h++) {
                for (int w = 0; w < width.out(); w++, i++) {
                    spread(room.ys[i] / divisor(d, h, w), room.sums, d, h, w);
                }
            }
        }
    }

    private void spread(double share, double[] sums, int d, int h, int w) {
        for (int a = 0; a < depth.count(d); a++) {
            for (int r = 0; r < height.count(h); r++) {
                int first = row(d, a, h, r) + width.input(w, 0);
                for (int s = 0; s < width.count(w); s++) {
                    sums[first + s] += share;
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
