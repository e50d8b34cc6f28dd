package io.retrograd.image;

import java.util.List;

/**
 * Makes numbers of bytes, {@code (pixel / 255 − mean) / std}, with a mean and a standard deviation
 * for each channel.
 */
public record Normalize(List<Double> means, List<Double> stds) implements Transform {
    private static final double LARGEST = 255;

    public Normalize {
        means = List.copyOf(means);
        stds = List.copyOf(stds);
        boolean sound = means.size() == stds.size() && (means.size() == 1 || means.size() == 3);
        for (double mean : means) {
            sound &= Double.isFinite(mean);
        }
        for (double std : stds) {
            sound &= std > 0 && Double.isFinite(std);
        }
        if (!sound) {
            throw new IllegalArgumentException(
                    String.format(
                            "Normalize: expected a mean and a standard deviation above 0 for each"
                                    + " of 1 or 3 channels, got %s and %s",
                            means, stds));
        }
    }

    /** Of the photographs of ImageNet. */
    public static Normalize imageNet() {
        return new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    }

    /** The same for grey: the means of means and deviations. */
    public Normalize grey() {
        return new Normalize(List.of(mean(means)), List.of(mean(stds)));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** The number of each byte, 256 a channel. */
    float[] table() {
        float[] table = new float[means.size() << Byte.SIZE];
        for (int i = 0; i < table.length; i++) {
            int channel = i >> Byte.SIZE;
            table[i] = (float) (((i & 0xFF) / LARGEST - means.get(channel)) / stds.get(channel));
        }
        return table;
    }
}
