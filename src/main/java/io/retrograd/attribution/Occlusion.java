package io.retrograd.attribution;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How much the output falls when a window of the sample is black: {@code z(x) − z(x without it)},
 * of each pixel the mean over the windows that cover it. Uses no gradient.
 *
 * <p>Source: M. D. Zeiler, R. Fergus, Visualizing and understanding convolutional networks, ECCV
 * 2014.
 *
 * @param size the side of the window; 0 for a sixth of the sample's shorter side, at least 2
 * @param stride from window to window; 0 for half of the window
 */
public record Occlusion(int size, int stride) implements Method {
    private static final int PARTS = 6;
    private static final int BATCH = 32;

    public Occlusion {
        Checks.atLeast("Occlusion", "size", 0, size);
        Checks.atLeast("Occlusion", "stride", 0, stride);
    }

    /** With a window of a sixth of the sample's shorter side. */
    public Occlusion() {
        this(0, 0);
    }

    @Override
    public String name() {
        return "occlusion";
    }

    @Override
    public boolean takesAll() {
        return true;
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        Shape shape = on.sampleShape();
        if (shape.rank() < 2) {
            throw new IllegalArgumentException(
                    name() + ": expected samples (..., H, W), got " + shape);
        }
        int height = shape.dim(shape.rank() - 2);
        int width = shape.dim(shape.rank() - 1);
        int shorter = Math.min(height, width);
        int side = size == 0 ? Math.max(2, shorter / PARTS) : size;
        int step = stride == 0 ? Math.max(1, side / 2) : stride;
        List<int[]> windows = new ArrayList<>();
        for (int top : starts(height, side, step)) {
            for (int left : starts(width, side, step)) {
                windows.add(new int[] {top, left});
            }
        }
        double[] falls = falls(on, x, target, windows, side);
        double[] sums = new double[height * width];
        int[] counts = new int[height * width];
        for (int i = 0; i < falls.length; i++) {
            int[] window = windows.get(i);
            for (int r = window[0]; r < Math.min(height, window[0] + side); r++) {
                for (int c = window[1]; c < Math.min(width, window[1] + side); c++) {
                    sums[r * width + c] += falls[i];
                    counts[r * width + c]++;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= Math.max(1, counts[i]);
        }
        return new Explanation(
                name(), target, Shape.of(1, height, width), sums, Explanation.Pixel.SUM);
    }

    /** Where windows begin: the last one ends at the edge. */
    private static List<Integer> starts(int length, int side, int step) {
        List<Integer> starts = new ArrayList<>();
        for (int at = 0; at + side < length; at += step) {
            starts.add(at);
        }
        starts.add(Math.max(0, length - side));
        return starts;
    }

    private static double[] falls(
            Attribution on, double[] x, int target, List<int[]> windows, int side) {
        double whole = on.outputs(x, target)[0];
        double[] black = on.range().lows(on.sampleShape());
        int width = on.sampleShape().dim(on.sampleShape().rank() - 1);
        int plane = width * on.sampleShape().dim(on.sampleShape().rank() - 2);
        double[] falls = new double[windows.size()];
        int batch = Math.min(BATCH, falls.length);
        for (int first = 0; first < falls.length; first += batch) {
            double[] xs = new double[batch * x.length];
            for (int n = 0; n < batch; n++) {
                int[] window = windows.get(Math.min(first + n, falls.length - 1));
                for (int i = 0; i < x.length; i++) {
                    int row = i % plane / width - window[0];
                    int column = i % width - window[1];
                    boolean hidden = row >= 0 && row < side && column >= 0 && column < side;
                    xs[n * x.length + i] = hidden ? black[i] : x[i];
                }
            }
            double[] outputs = on.outputs(xs, target);
            for (int n = 0; n < Math.min(batch, falls.length - first); n++) {
                falls[first + n] = whole - outputs[n];
            }
        }
        return falls;
    }
}
