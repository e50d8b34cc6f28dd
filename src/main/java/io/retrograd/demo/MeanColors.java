package io.retrograd.demo;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the mean colours of {@link Fruit} tell of their states. */
record MeanColors(List<Fruit.State> states, List<double[]> colors) {
    private static final int RGB = 3;

    /** Of pictures of these states. */
    static MeanColors of(List<Fruit.State> states, List<BufferedImage> images) {
        return new MeanColors(states, images.stream().map(MeanColors::mean).toList());
    }

    /** Red, green and blue, from 0 to 255. */
    private static double[] mean(BufferedImage image) {
        int width = image.getWidth();
        int[] values = image.getRaster().getPixels(0, 0, width, image.getHeight(), (int[]) null);
        double[] sums = new double[RGB];
        for (int i = 0; i < values.length; i++) {
            sums[i % RGB] += values[i];
        }
        double pixels = values.length / (double) RGB;
        return Arrays.stream(sums).map(sum -> sum / pixels).toArray();
    }

    /** The mean of each class. */
    Map<String, double[]> byClass() {
        Map<String, double[]> means = new LinkedHashMap<>();
        for (Fruit.State state : Fruit.State.values()) {
            means.put(state.text(), mean(state, 0, 1));
        }
        return means;
    }

    /** Of every {@code step}th picture from {@code first} on. */
    private double[] mean(Fruit.State state, int first, int step) {
        double[] sums = new double[RGB];
        int count = 0;
        for (int i = first; i < colors.size(); i += step) {
            if (states.get(i) == state) {
                for (int c = 0; c < RGB; c++) {
                    sums[c] += colors.get(i)[c];
                }
                count++;
            }
        }
        double pictures = count;
        return Arrays.stream(sums).map(sum -> sum / pictures).toArray();
    }

    /** The share of one half whose class has the nearest mean of the other half. */
    double accuracy() {
        Fruit.State[] all = Fruit.State.values();
        double[][] means = new double[all.length][];
        Arrays.setAll(means, c -> mean(all[c], 0, 2));
        int right = 0;
        int tested = 0;
        for (int i = 1; i < colors.size(); i += 2) {
            int nearest = 0;
            for (int c = 1; c < means.length; c++) {
                nearest =
                        distance(colors.get(i), means[c]) < distance(colors.get(i), means[nearest])
                                ? c
                                : nearest;
            }
            right += all[nearest] == states.get(i) ? 1 : 0;
            tested++;
        }
        return right / (double) tested;
    }

    private static double distance(double[] a, double[] b) {
        return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
    }
}
