package io.retrograd.report;

import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Samples as pictures, with values of their pixels as colours over them: warm ones above 0, cold
 * ones below. Small samples are enlarged by a whole factor.
 */
public final class HeatPicture {
    private static final int RGB = 3;

    /** The side that small samples are enlarged to, about. */
    private static final int SIDE = 240;

    /** Of the magnitudes: so large a share is not saturated. */
    private static final double SATURATED = 0.99;

    /** How light the sample is under a map: from, and by how much. */
    private static final double DARKEST = 0.10;

    private static final double CONTRAST = 0.55;

    /** Magnitudes become opaque as a power of them. */
    private static final double OPACITY = 0.75;

    /** The columns between two pictures beside each other. */
    private static final int GAP = 8;

    private static final double[][] WARM = {
        {0.55, 0.08, 0.12}, {0.93, 0.33, 0.10}, {1, 0.88, 0.35}
    };
    private static final double[][] COLD = {
        {0.07, 0.20, 0.55}, {0.10, 0.50, 0.90}, {0.62, 0.92, 1}
    };

    private final int height;
    private final int width;
    private final int channels;
    private final int factor;

    /** The sample's numbers as shares of white. */
    private final double[] light;

    /**
     * A sample.
     *
     * @param shape (H, W), or (C, H, W) of which one channel, or the first three, are shown
     * @param values row-major. Not modified.
     * @param low the number of each element that is black
     * @param high the number of each element that is white
     * @throws IllegalArgumentException for other shapes
     */
    public HeatPicture(Shape shape, double[] values, double[] low, double[] high) {
        if (shape.rank() != 2 && shape.rank() != 3) {
            throw new IllegalArgumentException(
                    "picture: expected samples (H, W) or (C, H, W), got " + shape);
        }
        height = shape.dim(shape.rank() - 2);
        width = shape.dim(shape.rank() - 1);
        channels = shape.rank() == 3 && shape.dim(0) >= RGB ? RGB : 1;
        factor = Math.max(1, Math.round((float) SIDE / Math.max(height, width)));
        light = new double[channels * height * width];
        Arrays.setAll(light, i -> clamped((values[i] - low[i]) / (high[i] - low[i])));
    }

    private static double clamped(double share) {
        return Math.max(0, Math.min(1, share));
    }

    /** The sample alone. */
    public Picture alone(String name) {
        return picture(name, sample());
    }

    /**
     * A map over the sample.
     *
     * @param heat one value a pixel. Not modified.
     * @param smooth whether values between pixels are interpolated where it is enlarged
     */
    public Picture under(String name, double[] heat, boolean smooth) {
        return picture(name, over(heat, smooth));
    }

    /** The sample, and a map over it beside that. */
    public Picture beside(String name, double[] heat, boolean smooth) {
        int w = width * factor;
        int h = height * factor;
        byte[] left = sample();
        byte[] right = over(heat, smooth);
        byte[] both = new byte[h * (2 * w + GAP) * RGB];
        Arrays.fill(both, (byte) 0xFF);
        for (int y = 0; y < h; y++) {
            int row = y * (2 * w + GAP) * RGB;
            System.arraycopy(left, y * w * RGB, both, row, w * RGB);
            System.arraycopy(right, y * w * RGB, both, row + (w + GAP) * RGB, w * RGB);
        }
        return Picture.of(name, 2 * w + GAP, h, RGB, both);
    }

    private Picture picture(String name, byte[] pixels) {
        return Picture.of(name, width * factor, height * factor, RGB, pixels);
    }

    private byte[] sample() {
        byte[] pixels = new byte[height * width * factor * factor * RGB];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = level(light(i / RGB, i % RGB));
        }
        return pixels;
    }

    private double light(int place, int channel) {
        int y = place / (width * factor) / factor;
        int x = place % (width * factor) / factor;
        return light[((channels == 1 ? 0 : channel) * height + y) * width + x];
    }

    private byte[] over(double[] heat, boolean smooth) {
        double scale = scale(heat);
        byte[] pixels = new byte[height * width * factor * factor * RGB];
        for (int place = 0; place < pixels.length / RGB; place++) {
            double value = scale * (smooth ? between(heat, place) : at(heat, place));
            double strength = Math.min(1, Math.abs(value));
            double opaque = Math.pow(strength, OPACITY);
            double grey = DARKEST + CONTRAST * grey(place);
            for (int c = 0; c < RGB; c++) {
                double color = color(value > 0 ? WARM : COLD, strength, c);
                pixels[place * RGB + c] = level((1 - opaque) * grey + opaque * color);
            }
        }
        return pixels;
    }

    private double grey(int place) {
        return 0.299 * light(place, 0) + 0.587 * light(place, 1) + 0.114 * light(place, 2);
    }

    private double at(double[] heat, int place) {
        int y = place / (width * factor) / factor;
        int x = place % (width * factor) / factor;
        return heat[y * width + x];
    }

    /** Bilinear between the centres of pixels. */
    private double between(double[] heat, int place) {
        double y = centre(place / (width * factor), height);
        double x = centre(place % (width * factor), width);
        int top = (int) y;
        int left = (int) x;
        int bottom = Math.min(height - 1, top + 1);
        int right = Math.min(width - 1, left + 1);
        double above =
                (1 - x + left) * heat[top * width + left] + (x - left) * heat[top * width + right];
        double below =
                (1 - x + left) * heat[bottom * width + left]
                        + (x - left) * heat[bottom * width + right];
        return (1 - y + top) * above + (y - top) * below;
    }

    private double centre(int position, int size) {
        return Math.max(0, Math.min(size - 1.0, (position + 0.5) / factor - 0.5));
    }

    /** What makes the strongest values 1, but for a few. */
    private static double scale(double[] heat) {
        double[] sizes = DoubleStream.of(heat).map(Math::abs).sorted().toArray();
        double strong = sizes[(int) Math.floor(SATURATED * (sizes.length - 1))];
        double strongest = strong > 0 ? strong : sizes[sizes.length - 1];
        return strongest > 0 ? 1 / strongest : 0;
    }

    private static double color(double[][] ramp, double strength, int c) {
        double at = strength * (ramp.length - 1);
        int i = Math.min(ramp.length - 2, (int) at);
        return ramp[i][c] + (at - i) * (ramp[i + 1][c] - ramp[i][c]);
    }

    private static byte level(double share) {
        return (byte) Math.round(255 * clamped(share));
    }
}
