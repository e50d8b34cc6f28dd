package io.retrograd.data;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;

/** Labelled images of one size in memory, a byte a pixel. */
final class Images implements LabelledDataset {
    private final Shape sampleShape;
    private final int classes;
    private final int largest;
    private final byte[] pixels;
    private final byte[] labels;

    /**
     * The images.
     *
     * @param largest the pixel that becomes 1
     * @param pixels unsigned, image after image, row-major. Not copied.
     * @param labels from 0 to {@code classes} − 1. Not copied.
     */
    Images(Shape sampleShape, int classes, int largest, byte[] pixels, byte[] labels) {
        if (pixels.length != labels.length * sampleShape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "Images: expected %d pixels for each of %d labels, got %d",
                            sampleShape.size(), labels.length, pixels.length));
        }
        this.sampleShape = sampleShape;
        this.classes = classes;
        this.largest = largest;
        this.pixels = pixels;
        this.labels = labels;
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
    public void sample(int index, double[] into, int offset) {
        int size = (int) sampleShape.size();
        int from = index * size;
        for (int i = 0; i < size; i++) {
            into[offset + i] = (pixels[from + i] & 0xFF) / (double) largest;
        }
    }

    @Override
    public int largestPixel() {
        return largest;
    }

    @Override
    public void pixels(int index, byte[] into, int offset) {
        int size = (int) sampleShape.size();
        System.arraycopy(pixels, index * size, into, offset, size);
    }

    @Override
    public int label(int index) {
        return labels[index];
    }
}
