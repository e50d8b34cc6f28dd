package io.retrograd.attribution;

import io.retrograd.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** What a {@link Method} found for one output and one sample. Immutable. */
public final class Explanation {
    private final String method;
    private final int target;
    private final Shape shape;
    private final double[] values;
    private final Pixel pixel;
    private final @Nullable Completeness completeness;
    private final @Nullable String layer;

    /** What a pixel has of the values of its channels. */
    enum Pixel {
        /** Their sum: for values of which each is a share of the output. */
        SUM,
        /** The largest magnitude: for values that say how much the output answers. */
        LARGEST
    }

    /**
     * Values.
     *
     * @param values of this shape, row-major; owned by it from here on
     */
    Explanation(String method, int target, Shape shape, double[] values, Pixel pixel) {
        this(method, target, shape, values, pixel, null, null);
    }

    private Explanation(
            String method,
            int target,
            Shape shape,
            double[] values,
            Pixel pixel,
            @Nullable Completeness completeness,
            @Nullable String layer) {
        this.method = method;
        this.target = target;
        this.shape = shape;
        this.values = values;
        this.pixel = pixel;
        this.completeness = completeness;
        this.layer = layer;
    }

    /** The same with what its values sum to. */
    Explanation with(Completeness sums) {
        return new Explanation(method, target, shape, values, pixel, sums, layer);
    }

    /** The same, taken from the output of a layer. */
    Explanation at(String path) {
        return new Explanation(method, target, shape, values, pixel, completeness, path);
    }

    /** The method's name, as in {@code grad-cam}. */
    public String method() {
        return method;
    }

    /** The output that is explained, from 0. */
    public int target() {
        return target;
    }

    /** The shape of {@link #values}: the sample's, or (1, H, W) where channels have none each. */
    public Shape shape() {
        return shape;
    }

    /** The method's values, row-major. */
    public double[] values() {
        return values.clone();
    }

    /** What the values sum to and should sum to; null for methods whose values are no shares. */
    public @Nullable Completeness completeness() {
        return completeness;
    }

    /** The layer whose output the method looked at; null where that is the input. */
    public @Nullable String layer() {
        return layer;
    }

    /** The rows of {@link #heat}. */
    public int height() {
        return shape.rank() < 2 ? 1 : shape.dim(shape.rank() - 2);
    }

    /** The columns of {@link #heat}. */
    public int width() {
        return shape.dim(shape.rank() - 1);
    }

    /**
     * One value a pixel, row by row: the sum over channels of shares, the largest magnitude over
     * channels of what tells how much the output answers.
     */
    public double[] heat() {
        int plane = height() * width();
        double[] heat = new double[plane];
        for (int i = 0; i < values.length; i++) {
            heat[i % plane] =
                    pixel == Pixel.SUM
                            ? heat[i % plane] + values[i]
                            : Math.max(heat[i % plane], Math.abs(values[i]));
        }
        return heat;
    }
}
