package io.retrograd.attribution;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * The numbers that a network's inputs lie between: of all elements, or of each channel, the first
 * dimension of a sample. The low ones are those of black pixels.
 *
 * @param low the least numbers, one or one a channel, finite
 * @param high the largest numbers, as many, each above its low one
 */
public record PixelRange(List<Double> low, List<Double> high) {
    public PixelRange {
        low = List.copyOf(low);
        high = List.copyOf(high);
        boolean sound = !low.isEmpty() && low.size() == high.size();
        for (int i = 0; sound && i < low.size(); i++) {
            sound = Double.isFinite(low.get(i)) && Double.isFinite(high.get(i));
            sound &= low.get(i) < high.get(i);
        }
        if (!sound) {
            throw new IllegalArgumentException(
                    String.format(
                            "PixelRange: expected finite numbers, each low one below its high one,"
                                    + " got %s and %s",
                            low, high));
        }
    }

    /** From one number to another. */
    public static PixelRange of(double low, double high) {
        return new PixelRange(List.of(low), List.of(high));
    }

    /** From 0 to 1. */
    public static PixelRange unit() {
        return of(0, 1);
    }

    /** The least number of each element of a sample. */
    public double[] lows(Shape sample) {
        return spread(low, sample);
    }

    /** The largest number of each element of a sample. */
    public double[] highs(Shape sample) {
        return spread(high, sample);
    }

    /** The distance of the two, of each element of a sample. */
    double[] widths(Shape sample) {
        double[] widths = highs(sample);
        double[] lows = lows(sample);
        for (int i = 0; i < widths.length; i++) {
            widths[i] -= lows[i];
        }
        return widths;
    }

    /**
     * The numbers of a sample's elements.
     *
     * @throws IllegalArgumentException for another number than 1 or one a channel
     */
    private static double[] spread(List<Double> values, Shape sample) {
        int channels = sample.rank() == 0 ? 1 : sample.dim(0);
        if (values.size() != 1 && values.size() != channels) {
            throw new IllegalArgumentException(
                    String.format(
                            "PixelRange: expected 1 number or one for each of %d channels, got %d",
                            channels, values.size()));
        }
        double[] all = new double[Math.toIntExact(sample.size())];
        int plane = all.length / values.size();
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i / plane);
        }
        return all;
    }
}
