package io.retrograd.report;

import io.retrograd.tensor.Shape;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** A sample as a picture: numbers from 0 to 1 as they are, others between their least and most. */
public final class SamplePicture {
    private static final int RGB = 3;

    /** Larger ones are made smaller by whole factors. */
    private static final int LARGEST = 128;

    private SamplePicture() {}

    /**
     * The picture of a sample.
     *
     * @param shape (H, W), or (C, H, W) of which one channel, or the first three, are shown
     * @param values row-major. Not modified.
     * @return null for other shapes
     */
    public static @Nullable Picture of(String name, Shape shape, double... values) {
        if (shape.rank() != 2 && shape.rank() != 3) {
            return null;
        }
        int height = shape.dim(shape.rank() - 2);
        int width = shape.dim(shape.rank() - 1);
        int channels = shape.rank() == 3 && shape.dim(0) >= RGB ? RGB : 1;
        int factor = (Math.max(height, width) + LARGEST - 1) / LARGEST;
        int rows = Math.max(1, height / factor);
        int columns = Math.max(1, width / factor);
        double low = Math.min(0, DoubleStream.of(values).min().orElse(0));
        double high = DoubleStream.of(values).max().orElse(1);
        boolean plain = low >= 0 && high <= 1;
        double least = plain ? 0 : low;
        double scale = plain ? 255 : high > low ? 255 / (high - low) : 0;
        byte[] pixels = new byte[rows * columns * channels];
        for (int i = 0; i < rows * columns; i++) {
            for (int c = 0; c < channels; c++) {
                int from = c * height * width;
                double mean = mean(values, from, width, height, i / columns, i % columns, factor);
                pixels[i * channels + c] =
                        (byte) Math.max(0, Math.min(255, Math.round((mean - least) * scale)));
            }
        }
        return Picture.of(name, columns, rows, channels, pixels);
    }

    /** The mean of a square of pixels. */
    private static double mean(
            double[] values, int from, int width, int height, int row, int column, int factor) {
        double sum = 0;
        int count = 0;
        for (int y = row * factor; y < Math.min(height, (row + 1) * factor); y++) {
            for (int x = column * factor; x < Math.min(width, (column + 1) * factor); x++) {
                sum += values[from + y * width + x];
                count++;
            }
        }
        return sum / count;
    }
}
