package io.retrograd.data;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.List;

/** Samples of one shape that lie somewhere one behind the other, and their labels in memory. */
abstract sealed class StoredDataset implements LabelledDataset
        permits ByteDataset, FloatDataset, NpyDataset {
    private final int[] labels;
    private final Shape sampleShape;
    private final int classes;
    private final List<String> labelNames;

    /**
     * Samples with labels.
     *
     * @param count of all samples' elements
     * @throws IllegalArgumentException if there is no sample, counts do not match, or a label is
     *     out of range
     */
    StoredDataset(
            long count, int[] labels, Shape sampleShape, int classes, List<String> labelNames) {
        String name = getClass().getSimpleName();
        if (labels.length == 0 || count != labels.length * sampleShape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %d samples of %s and at least 1, got %d elements",
                            name, labels.length, sampleShape, count));
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: sample %d: expected a label from 0 to %d, got %d",
                                name, i, classes - 1, labels[i]));
            }
        }
        this.labels = labels.clone();
        this.sampleShape = sampleShape;
        this.classes = classes;
        this.labelNames = List.copyOf(labelNames);
    }

    /** The elements of a sample. */
    final int elements() {
        return (int) sampleShape.size();
    }

    @Override
    public final int size() {
        return labels.length;
    }

    @Override
    public final Shape sampleShape() {
        return sampleShape;
    }

    @Override
    public final int classes() {
        return classes;
    }

    @Override
    public final List<String> labelNames() {
        return labelNames;
    }

    @Override
    public final int label(int index) {
        return labels[index];
    }
}
