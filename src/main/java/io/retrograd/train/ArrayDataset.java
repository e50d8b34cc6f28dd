package io.retrograd.train;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.Arrays;

/** Samples in Java arrays. */
public final class ArrayDataset implements LabelledDataset {
    private final double[][] samples;
    private final int[] labels;
    private final Shape sampleShape;
    private final int classes;

    private ArrayDataset(double[][] samples, int[] labels, Shape sampleShape, int classes) {
        this.samples = samples;
        this.labels = labels;
        this.sampleShape = sampleShape;
        this.classes = classes;
    }

    /**
     * Samples with labels.
     *
     * @param samples one row a sample, row-major. Copied.
     * @param labels one a sample, from 0 to {@code classes − 1}. Copied.
     * @param sampleShape the shape of one sample, without the batch
     * @throws IllegalArgumentException if there is no sample, if counts do not match, for NaN or
     *     infinite elements or a label out of range; the message names the sample
     */
    public static ArrayDataset of(
            double[][] samples, int[] labels, Shape sampleShape, int classes) {
        if (samples.length == 0 || samples.length != labels.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "ArrayDataset: expected as many samples as labels and at least 1, got"
                                    + " %d and %d",
                            samples.length, labels.length));
        }
        Checks.atLeast("ArrayDataset", "classes", 1, classes);
        double[][] copies = new double[samples.length][];
        for (int i = 0; i < samples.length; i++) {
            check(i, samples[i], labels[i], sampleShape, classes);
            copies[i] = samples[i].clone();
        }
        return new ArrayDataset(copies, labels.clone(), sampleShape, classes);
    }

    /** Samples with labels, and as many classes as the largest label asks for. */
    public static ArrayDataset of(double[][] samples, int[] labels, Shape sampleShape) {
        return of(samples, labels, sampleShape, classes(labels));
    }

    /** Samples with labels, and as many classes as the largest label asks for. */
    public static ArrayDataset of(float[][] samples, int[] labels, Shape sampleShape) {
        double[][] wide = new double[samples.length][];
        for (int i = 0; i < samples.length; i++) {
            wide[i] = new double[samples[i].length];
            for (int j = 0; j < wide[i].length; j++) {
                wide[i][j] = samples[i][j];
            }
        }
        return of(wide, labels, sampleShape);
    }

    private static int classes(int[] labels) {
        return Math.max(0, Arrays.stream(labels).max().orElse(0)) + 1;
    }

    private static void check(int i, double[] sample, int label, Shape shape, int classes) {
        if (sample.length != shape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "ArrayDataset: sample %d: expected %d values for %s, got %d",
                            i, shape.size(), shape, sample.length));
        }
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    String.format(
                            "ArrayDataset: sample %d: expected a label from 0 to %d, got %d",
                            i, classes - 1, label));
        }
        for (int j = 0; j < sample.length; j++) {
            if (!Double.isFinite(sample[j])) {
                throw new IllegalArgumentException(
                        String.format(
                                "ArrayDataset: sample %d: expected finite values, got %s at"
                                        + " element %d",
                                i, sample[j], j));
            }
        }
    }

    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public Shape sampleShape() {
        return sampleShape;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        System.arraycopy(samples[index], 0, into, offset, samples[index].length);
    }

    @Override
    public int label(int index) {
        return labels[index];
    }
}
