package io.retrograd.attribution;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How alike two maps are. */
final class Similarity {
    private static final int WINDOW = 7;
    private static final double C1 = 1e-4;
    private static final double C2 = 9e-4;

    private Similarity() {}

    /**
     * Spearman's rank correlation: the correlation of ranks, equal values having the mean of
     * theirs; 0 where all values of one are equal. Places that are 0 in both do not count: as black
     * pixels, which many methods give nothing, they would be alike in any two maps.
     */
    static double ranks(double[] a, double[] b) {
        int[] places = IntStream.range(0, a.length).filter(i -> a[i] != 0 || b[i] != 0).toArray();
        return correlation(ranked(at(places, a)), ranked(at(places, b)));
    }

    private static double[] at(int[] places, double[] x) {
        return Arrays.stream(places).mapToDouble(i -> x[i]).toArray();
    }

    private static double[] ranked(double[] x) {
        Integer[] order = IntStream.range(0, x.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> x[i]));
        double[] ranks = new double[x.length];
        for (int first = 0; first < order.length; ) {
            int end = first;
            while (end < order.length && x[order[end]] == x[order[first]]) {
                end++;
            }
            for (int i = first; i < end; i++) {
                ranks[order[i]] = (first + end - 1) / 2.0;
            }
            first = end;
        }
        return ranks;
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = Numbers.sum(a) / Math.max(1, a.length);
        double meanB = Numbers.sum(b) / Math.max(1, b.length);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
    }

    /**
     * Structural similarity, the mean over windows of 7 by 7, of maps that are 1 at most.
     *
     * <pre>
     *   (2·μₐ·μ_b + 0.01²)·(2·σₐ_b + 0.03²) / ((μₐ² + μ_b² + 0.01²)·(σₐ² + σ_b² + 0.03²))
     * </pre>
     *
     * <p>Source: Z. Wang et al., Image quality assessment: from error visibility to structural
     * similarity, IEEE Transactions on Image Processing 13(4), 2004.
     *
     * @param a magnitudes, row by row; divided by the largest first. Not modified.
     */
    static double structure(double[] a, double[] b, int width) {
        double[] x = toOne(a);
        double[] y = toOne(b);
        int height = a.length / width;
        int rows = Math.min(WINDOW, height);
        int columns = Math.min(WINDOW, width);
        double sum = 0;
        int count = 0;
        for (int top = 0; top + rows <= height; top++) {
            for (int left = 0; left + columns <= width; left++, count++) {
                sum += window(x, y, width, top * width + left, rows, columns);
            }
        }
        return sum / count;
    }

    private static double window(
            double[] x, double[] y, int width, int from, int rows, int columns) {
        int n = rows * columns;
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double syy = 0;
        double sxy = 0;
        for (int k = 0; k < n; k++) {
            int i = from + k / columns * width + k % columns;
            sx += x[i];
            sy += y[i];
            sxx += x[i] * x[i];
            syy += y[i] * y[i];
            sxy += x[i] * y[i];
        }
        double mx = sx / n;
        double my = sy / n;
        double vx = sxx / n - mx * mx;
        double vy = syy / n - my * my;
        double vxy = sxy / n - mx * my;
        return (2 * mx * my + C1) * (2 * vxy + C2) / ((mx * mx + my * my + C1) * (vx + vy + C2));
    }

    private static double[] toOne(double[] x) {
        double largest = Arrays.stream(x).max().orElse(0);
        return largest == 0 ? x : Arrays.stream(x).map(v -> v / largest).toArray();
    }
}
