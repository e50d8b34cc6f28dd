package io.retrograd.attribution;

import io.retrograd.tensor.Shape;
import io.retrograd.train.Gradients;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a layer's output (K, H, W) added up with weights: what {@link GradCam} and {@link
 * GradCamPlusPlus} find, before it is enlarged to the sample's size. Immutable.
 */
public final class ActivationMap {
    private final String layer;
    private final int height;
    private final int width;
    private final double[] weights;
    private final double[] values;

    private ActivationMap(String layer, int height, int width, double[] weights, double[] values) {
        this.layer = layer;
        this.height = height;
        this.width = width;
        this.weights = weights;
        this.values = values;
    }

    /** The weight of a channel from its values and their gradients. */
    interface Weight {
        double of(double[] a, double[] da);
    }

    /** The map of a layer, {@code max(0, Σ weight·channel)}; null for the last with a picture. */
    static ActivationMap of(
            Attribution on,
            String method,
            @Nullable String chosen,
            double[] x,
            int target,
            Weight weight) {
        SpatialLayers layers = new SpatialLayers(on.model());
        String layer = chosen == null ? layers.last(method) : chosen;
        Shape shape = layers.shape(method, layer);
        Gradients g = on.gradients(on.model(), x, target, layer);
        double[] a = g.activation(layer);
        double[] da = g.activationGradient(layer);
        int plane = shape.dim(1) * shape.dim(2);
        double[] weights = new double[shape.dim(0)];
        double[] values = new double[plane];
        for (int k = 0; k < weights.length; k++) {
            double[] channel = Arrays.copyOfRange(a, k * plane, (k + 1) * plane);
            weights[k] = weight.of(channel, Arrays.copyOfRange(da, k * plane, (k + 1) * plane));
            for (int i = 0; i < plane; i++) {
                values[i] += weights[k] * channel[i];
            }
        }
        Arrays.setAll(values, i -> Math.max(0, values[i]));
        return new ActivationMap(layer, shape.dim(1), shape.dim(2), weights, values);
    }

    /** The path of the layer. */
    public String layer() {
        return layer;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The weight of each channel. */
    public double[] weights() {
        return weights.clone();
    }

    /** The map, row by row. */
    public double[] values() {
        return values.clone();
    }

    /** The map in a sample's size: bilinear between the centres of its places. */
    Explanation enlarged(String method, int target, Shape sample) {
        int rows = sample.dim(sample.rank() - 2);
        int columns = sample.dim(sample.rank() - 1);
        double[] enlarged = new double[rows * columns];
        for (int y = 0; y < rows; y++) {
            double v = centre(y, rows, height);
            int top = (int) v;
            int bottom = Math.min(height - 1, top + 1);
            for (int x = 0; x < columns; x++) {
                double u = centre(x, columns, width);
                int left = (int) u;
                int right = Math.min(width - 1, left + 1);
                enlarged[y * columns + x] =
                        (1 - v + top) * mix(u - left, top, left, right)
                                + (v - top) * mix(u - left, bottom, left, right);
            }
        }
        return new Explanation(
                        method, target, Shape.of(1, rows, columns), enlarged, Explanation.Pixel.SUM)
                .at(layer);
    }

    private double mix(double share, int row, int left, int right) {
        return (1 - share) * values[row * width + left] + share * values[row * width + right];
    }

    private static double centre(int position, int size, int places) {
        double at = (position + 0.5) * places / size - 0.5;
        return Math.max(0, Math.min(places - 1.0, at));
    }
}
