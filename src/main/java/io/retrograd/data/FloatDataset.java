package io.retrograd.data;

import io.retrograd.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/** Labelled samples of floats in memory, one behind the other, which go to a device as they are. */
public sealed class FloatDataset extends StoredDataset permits TableDataset {
    private final FloatBuffer values;

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
        super(values.limit(), labels, sampleShape, classes, labelNames);
        this.values = values;
    }

    @Override
    public final boolean floats() {
        return true;
    }

    @Override
    public final void sample(int index, float[] into, int offset) {
        values.get(index * elements(), into, offset, elements());
    }

    @Override
    public final void sample(int index, double[] into, int offset) {
        int from = index * elements();
        for (int i = 0; i < elements(); i++) {
            into[offset + i] = values.get(from + i);
        }
    }
}
