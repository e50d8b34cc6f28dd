package io.retrograd.data;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Labelled samples of unsigned bytes, one behind the other: in memory, or mapped from a file, which
 * may be larger than the Java heap. They go to a device as they are, which divides them by 255.
 */
public final class ByteDataset implements LabelledDataset {
    private static final int LARGEST = 255;

    private final ByteBuffer pixels;
    private final int[] labels;
    private final Shape sampleShape;
    private final int classes;
    private final List<String> labelNames;

    /**
     * Samples with labels.
     *
     * @param pixels row-major. Not copied: what it holds must stay as it is.
     * @param labels one a sample, from 0 to {@code classes} − 1. Copied.
     * @param sampleShape the shape of one sample, without the batch: (C, H, W) for pictures
     * @param labelNames what labels stand for; may be empty
     * @throws IllegalArgumentException if counts do not match, or a label is out of range
     */
    public ByteDataset(
            ByteBuffer pixels,
            int[] labels,
            Shape sampleShape,
            int classes,
            List<String> labelNames) {
        if (labels.length == 0 || pixels.limit() != labels.length * sampleShape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "ByteDataset: expected %d samples of %s and at least 1, got %d bytes",
                            labels.length, sampleShape, pixels.limit()));
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        String.format(
                                "ByteDataset: sample %d: expected a label from 0 to %d, got %d",
                                i, classes - 1, labels[i]));
            }
        }
        this.pixels = pixels;
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
    public int largestPixel() {
        return LARGEST;
    }

    @Override
    public void pixels(int index, byte[] into, int offset) {
        int count = (int) sampleShape.size();
        pixels.get(index * count, into, offset, count);
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        int count = (int) sampleShape.size();
        for (int i = 0; i < count; i++) {
            into[offset + i] = (pixels.get(index * count + i) & 0xFF) / (double) LARGEST;
        }
    }
}
