package io.retrograd.image;

import java.util.Arrays;

/**
 * Resizes along one axis and then the other, in integers: the bytes are Pillow's, bit by bit.
 *
 * <pre>
 *   y[i] = clamp((½·2²² + Σⱼ round(2²² · wᵢⱼ) · x[j]) / 2²²)      Σⱼ wᵢⱼ = 1
 *   wᵢⱼ ∝ filter((j + ½ − (i + ½)·s) / max(s, 1))                 s = old size / new size
 * </pre>
 *
 * <p>Source: Pillow, {@code src/libImaging/Resample.c}.
 */
final class Resampling {
    private static final int BITS = 22;

    /** Where each new pixel's weights begin among the old ones, and the weights. */
    private static final class Axis {
        private final int[] first;
        private final int[][] weights;

        private Axis(int[] first, int[][] weights) {
            this.first = first;
            this.weights = weights;
        }
    }

    private Resampling() {}

    /**
     * A picture of another size.
     *
     * @throws IllegalArgumentException if it would not fit into an array
     */
    static Picture resize(Picture x, int height, int width, Filter filter) {
        Picture wide = x;
        if (width != x.width()) {
            wide = new Picture(x.channels(), x.height(), width, room(x, x.height(), width));
            alongRows(x, wide.pixels(), width, axis(x.width(), width, filter));
        }
        if (height == x.height()) {
            return wide;
        }
        Picture y = new Picture(x.channels(), height, width, room(x, height, width));
        alongColumns(wide, y.pixels(), height, axis(x.height(), height, filter));
        return y;
    }

    private static byte[] room(Picture x, int height, int width) {
        long size = (long) x.channels() * height * width;
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    String.format(
                            "Resize: expected a picture that fits into an array, got %d by %d",
                            width, height));
        }
        return new byte[(int) size];
    }

    private static Axis axis(int from, int to, Filter filter) {
        double scale = (double) from / to;
        double stretch = Math.max(1, scale);
        double support = filter.support * stretch;
        int[] first = new int[to];
        int[][] weights = new int[to][];
        for (int i = 0; i < to; i++) {
            double center = (i + 0.5) * scale;
            first[i] = Math.max(0, (int) (center - support + 0.5));
            int end = Math.min(from, (int) (center + support + 0.5));
            weights[i] = weights(filter, first[i], end, center, stretch);
        }
        return new Axis(first, weights);
    }

    private static int[] weights(Filter filter, int first, int end, double center, double stretch) {
        double[] exact = new double[end - first];
        double sum = 0;
        for (int j = 0; j < exact.length; j++) {
            exact[j] = filter.weight((first + j - center + 0.5) * (1 / stretch));
            sum += exact[j];
        }
        int[] weights = new int[exact.length];
        for (int j = 0; j < exact.length; j++) {
            double share = sum == 0 ? exact[j] : exact[j] * (1 / sum);
            weights[j] = (int) (0.5 + share * (1 << BITS));
        }
        return weights;
    }

    private static void alongRows(Picture x, byte[] to, int width, Axis axis) {
        byte[] pixels = x.pixels();
        for (int row = 0; row < x.channels() * x.height(); row++) {
            for (int i = 0; i < width; i++) {
                int start = row * x.width() + axis.first[i];
                int[] weights = axis.weights[i];
                int sum = 1 << (BITS - 1);
                for (int j = 0; j < weights.length; j++) {
                    sum += (pixels[start + j] & 0xFF) * weights[j];
                }
                to[row * width + i] = clamp(sum);
            }
        }
    }

    private static void alongColumns(Picture x, byte[] to, int height, Axis axis) {
        byte[] pixels = x.pixels();
        int width = x.width();
        int[] sums = new int[width];
        for (int c = 0; c < x.channels(); c++) {
            for (int i = 0; i < height; i++) {
                Arrays.fill(sums, 1 << (BITS - 1));
                for (int j = 0; j < axis.weights[i].length; j++) {
                    int weight = axis.weights[i][j];
                    int start = (c * x.height() + axis.first[i] + j) * width;
                    for (int k = 0; k < width; k++) {
                        sums[k] += (pixels[start + k] & 0xFF) * weight;
                    }
                }
                int row = (c * height + i) * width;
                for (int k = 0; k < width; k++) {
                    to[row + k] = clamp(sums[k]);
                }
            }
        }
    }

    private static byte clamp(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> BITS));
    }
}
