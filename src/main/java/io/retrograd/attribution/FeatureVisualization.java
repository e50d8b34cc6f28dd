package io.retrograd.attribution;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sample for which an output, or a layer's channel, is large: what the network looks for.
 *
 * <pre>
 *   g / rms(g) − 2·l2·(u − ½) − 2·tv·Σ (u − u′)        g = dz/du, u′ the neighbours of u
 * </pre>
 *
 * That is the direction of each step of Adam, from grey with little noise; u lies between 0 and 1,
 * {@code x = low + (high − low)·u}. The gradient is divided by the root of its mean square, so that
 * weights mean the same for every network. In each step the sample is shifted by a few pixels at
 * random, around the edges, so that no pattern fits one place only.
 *
 * <p>Sources: K. Simonyan, A. Vedaldi, A. Zisserman, Deep inside convolutional networks, ICLR
 * workshop 2014; A. Mordvintsev, C. Olah, M. Tyka, Inceptionism, 2015 (jitter); A. Mahendran, A.
 * Vedaldi, Understanding deep image representations by inverting them, CVPR 2015 (total variation).
 *
 * @param steps at least 1
 * @param rate Adam's learning rate
 * @param l2 the weight of the distance to grey
 * @param totalVariation the weight of the differences of neighbours
 * @param jitter the most pixels that a shift has
 * @param seed of noise and shifts
 */
public record FeatureVisualization(
        int steps, double rate, double l2, double totalVariation, int jitter, long seed) {
    private static final double NOISE = 0.02;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPS = 1e-8;

    public FeatureVisualization {
        Checks.atLeast("FeatureVisualization", "steps", 1, steps);
        Checks.atLeast("FeatureVisualization", "jitter", 0, jitter);
        if (!(rate > 0 && l2 >= 0 && totalVariation >= 0)) {
            throw new IllegalArgumentException(
                    String.format(
                            "FeatureVisualization: expected a rate above 0 and weights of at least"
                                    + " 0, got %s, %s, %s",
                            rate, l2, totalVariation));
        }
    }

    /** 200 steps of 0.03, with weights of 0.2 and 0.5, and shifts by at most 2 pixels. */
    public FeatureVisualization() {
        this(200, 0.03, 0.2, 0.5, 2, /* seed= */ 1);
    }

    /** The same with as many steps. */
    public FeatureVisualization steps(int count) {
        return new FeatureVisualization(count, rate, l2, totalVariation, jitter, seed);
    }

    /** The same with other weights. */
    public FeatureVisualization weights(double ofL2, double ofTotalVariation) {
        return new FeatureVisualization(steps, rate, ofL2, ofTotalVariation, jitter, seed);
    }

    /** The same with shifts by at most so many pixels. */
    public FeatureVisualization jitter(int pixels) {
        return new FeatureVisualization(steps, rate, l2, totalVariation, pixels, seed);
    }

    /** The same with other noise and shifts. */
    public FeatureVisualization seed(long number) {
        return new FeatureVisualization(steps, rate, l2, totalVariation, jitter, number);
    }

    /** A sample with what it was made for. Immutable. */
    public static final class Feature {
        private final double[] x;
        private final double first;
        private final double last;

        private Feature(double[] x, double first, double last) {
            this.x = x;
            this.first = first;
            this.last = last;
        }

        /** The sample, row-major. */
        public double[] x() {
            return x.clone();
        }

        /** The output, or the channel's mean, for the noise that it began from. */
        public double first() {
            return first;
        }

        /** The same for the sample. */
        public double last() {
            return last;
        }
    }

    /** The sample for which an output is large. */
    public Feature ofClass(Attribution on, int target) {
        Shape shape = on.sampleShape();
        double[] u = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(u, i -> 0.5 + NOISE * Philox.normal(seed, 0, i));
        on.check("FeatureVisualization", u, target);
        double first = on.outputs(sample(on, u), target)[0];
        double[] m = new double[u.length];
        double[] v = new double[u.length];
        for (int t = 1; t <= steps; t++) {
            double[] slope = slope(on, u, target, t);
            for (int i = 0; i < u.length; i++) {
                m[i] = BETA1 * m[i] + (1 - BETA1) * slope[i];
                v[i] = BETA2 * v[i] + (1 - BETA2) * slope[i] * slope[i];
                double mean = m[i] / (1 - Math.pow(BETA1, t));
                double size = Math.sqrt(v[i] / (1 - Math.pow(BETA2, t))) + EPS;
                u[i] = Math.max(0, Math.min(1, u[i] + rate * mean / size));
            }
        }
        double[] x = sample(on, u);
        return new Feature(x, first, on.outputs(x, target)[0]);
    }

    /**
     * The sample for which the mean of a layer's channel is large.
     *
     * @param path the layer's, whose output is a picture (K, H, W)
     * @param channel from 0 to K − 1
     */
    public Feature ofChannel(Attribution on, String path, int channel) {
        Shape shape = new SpatialLayers(on.model()).shape("FeatureVisualization", path);
        List<Object> key = List.of("channels", path);
        Model channels =
                on.rebuilt(
                        key,
                        () -> new ChannelMeans(on.model().network(), path, shape.dim(0)),
                        Attribution::copy);
        try (Attribution inside = Attribution.of(channels, on.range())) {
            return ofClass(inside, channel);
        }
    }

    private static double[] sample(Attribution on, double[] u) {
        double[] low = on.range().lows(on.sampleShape());
        double[] widths = on.range().widths(on.sampleShape());
        double[] x = new double[u.length];
        Arrays.setAll(x, i -> low[i] + widths[i] * u[i]);
        return x;
    }

    /** The direction of a step. */
    private double[] slope(Attribution on, double[] u, int target, int step) {
        Shape shape = on.sampleShape();
        int width = shape.dim(shape.rank() - 1);
        int height = shape.rank() < 2 ? 1 : shape.dim(shape.rank() - 2);
        int down = shift(step, 0, height);
        int right = shift(step, 1, width);
        int[] from = new int[u.length];
        Arrays.setAll(
                from,
                i -> {
                    int row = Math.floorMod(i / width % height - down, height);
                    int column = Math.floorMod(i % width - right, width);
                    return i / (width * height) * width * height + row * width + column;
                });
        double[] shifted = new double[u.length];
        Arrays.setAll(shifted, i -> u[from[i]]);
        double[] gradient = on.gradient(sample(on, shifted), target);
        double[] widths = on.range().widths(shape);
        double[] slope = new double[u.length];
        double[] g = Numbers.product(gradient, widths);
        double rms = Math.sqrt(Numbers.sum(Numbers.product(g, g)) / g.length);
        for (int i = 0; i < u.length; i++) {
            slope[from[i]] = rms == 0 ? 0 : g[i] / rms;
        }
        for (int i = 0; i < u.length; i++) {
            slope[i] -= 2 * l2 * (u[i] - 0.5);
            for (int j : neighbours(i, height, width)) {
                slope[i] -= 2 * totalVariation * (u[i] - u[j]);
            }
        }
        return slope;
    }

    private int shift(int step, int axis, int size) {
        int most = Math.min(jitter, size - 1);
        double uniform = Philox.uniform(seed, 1L + axis, step);
        return (int) Math.floor(uniform * (2 * most + 1)) - most;
    }

    private static List<Integer> neighbours(int i, int height, int width) {
        List<Integer> neighbours = new ArrayList<>();
        int row = i / width % height;
        int column = i % width;
        if (row > 0) {
            neighbours.add(i - width);
        }
        if (row < height - 1) {
            neighbours.add(i + width);
        }
        if (column > 0) {
            neighbours.add(i - 1);
        }
        if (column < width - 1) {
            neighbours.add(i + 1);
        }
        return neighbours;
    }
}
