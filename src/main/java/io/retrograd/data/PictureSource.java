package io.retrograd.data;

import io.retrograd.image.Picture;
import io.retrograd.train.LabelledDataset;

/** Pictures by number, whose reading may take a while; several threads may ask at a time. */
interface PictureSource {
    /**
     * A picture, after what is always done to it.
     *
     * @throws java.io.UncheckedIOException if its file can no longer be read
     */
    Picture picture(int index);

    /**
     * The pictures of a data set of bytes (C, H, W).
     *
     * @throws IllegalArgumentException if it has others
     */
    static PictureSource of(LabelledDataset dataset) {
        int rank = dataset.sampleShape().rank();
        int largest = dataset.largestPixel();
        if (largest == 0 || rank != 3) {
            throw new IllegalArgumentException(
                    String.format(
                            "PictureDataset: expected pictures of bytes (C, H, W), got %s of %s",
                            largest == 0 ? "numbers" : "bytes", dataset.sampleShape()));
        }
        return index -> {
            byte[] pixels = new byte[(int) dataset.sampleShape().size()];
            dataset.pixels(index, pixels, 0);
            for (int i = 0; largest != 255 && i < pixels.length; i++) {
                int pixel = Math.min(largest, pixels[i] & 0xFF);
                pixels[i] = (byte) ((pixel * 255 + largest / 2) / largest);
            }
            return new Picture(
                    dataset.sampleShape().dim(0),
                    dataset.sampleShape().dim(1),
                    dataset.sampleShape().dim(2),
                    pixels);
        };
    }
}
