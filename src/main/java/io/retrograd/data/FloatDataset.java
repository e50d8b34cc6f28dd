package io.retrograd.data;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.nio.FloatBuffer;
import java.util.List;

/** Labelled samples of floats in memory, one behind the other, which go to a device as they are. */
public final class FloatDataset implements LabelledDataset {
    private final FloatBuffer values;
    private final int[] labels;
    private final Shape sampleShape;
    private final int classes;
    private final List<String> labelNames;

    /**
     * Samples with labels.
     *
     * @param values row-major, on the Java heap, native, or mapped from a file. Not copied: what it
     *     holds must stay as it is.
     * @param labels one a sample, from 0 to {@code classes} − 1. Copied.
     * @param sampleShape the shape of one sample, without the batch
     * @param labelNames what labels stand for; may be empty
     * @throws IllegalArgumentException if counts do not match, or a label is out of range
     */
    public FloatDataset(
            FloatBuffer values,
            int[] labels,
            Shape sampleShape,
            int classes,
            List<String> labelNames) {
        Checks.atLeast("FloatDataset", "samples", 1, labels.length);
        if (values.limit() != labels.length * sampleShape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "FloatDataset: expected %d samples of %s, got %d values",
                            labels.length, sampleShape, values.limit()));
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        String.format(
                                "FloatDataset: sample %d: expected a label from 0 to %d, got %d",
                                i, classes - 1, labels[i]));
            }
        }
        this.values = values;
        this.labels = labels.clone();
        this.sampleShape = sampleShape;
        this.classes = classes;
        this.labelNames = List.copyOf(labelNames);
    }

    @Override
    public int size() {
        return labels.length;
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
    public List<String> labelNames() {
        return labelNames;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public boolean floats() {
        return true;
    }

    @Override
    public void sample(int index, float[] into, int offset) {
        int count = (int) sampleShape.size();
        values.get(index * count, into, offset, count);
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        int count = (int) sampleShape.size();
        for (int i = 0; i < count; i++) {
            into[offset + i] = values.get(index * count + i);
        }
    }
}
