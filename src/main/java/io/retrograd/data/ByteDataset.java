package io.retrograd.data;

import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Labelled samples of unsigned bytes, one behind the other: in memory, or mapped from a file, which
 * may be larger than the Java heap. They go to a device as they are, which divides them.
 */
public final class ByteDataset extends StoredDataset {
    static final int LARGEST = 255;

    private final ByteBuffer pixels;
    private final int largest;

    /**
     * Samples with labels, whose bytes become fractions of 255.
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
        this(pixels, LARGEST, labels, sampleShape, classes, labelNames);
    }

    private ByteDataset(
            ByteBuffer pixels,
            int largest,
            int[] labels,
            Shape sampleShape,
            int classes,
            List<String> labelNames) {
        super(pixels.limit(), labels, sampleShape, classes, labelNames);
        this.pixels = pixels;
        this.largest = largest;
    }

    /**
     * Samples as files hold them.
     *
     * @param largest the byte that becomes 1
     * @param labels unsigned, one a sample
     */
    static ByteDataset of(
            byte[] pixels, int largest, byte[] labels, Shape sampleShape, int classes) {
        int[] wide = new int[labels.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = Byte.toUnsignedInt(labels[i]);
        }
        return new ByteDataset(
                ByteBuffer.wrap(pixels), largest, wide, sampleShape, classes, List.of());
    }

    @Override
    public int largestPixel() {
        return largest;
    }

    @Override
    public void pixels(int index, byte[] into, int offset) {
        pixels.get(index * elements(), into, offset, elements());
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        int from = index * elements();
        for (int i = 0; i < elements(); i++) {
            into[offset + i] = Byte.toUnsignedInt(pixels.get(from + i)) / (double) largest;
        }
    }
}
