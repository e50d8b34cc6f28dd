package io.retrograd.data;

import io.retrograd.interop.FormatException;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads the IDX files of MNIST and Fashion-MNIST, gzipped or not: images of 28 by 28 pixels in 10
 * classes.
 *
 * <pre>
 *   images   0x00000803, count, 28, 28, then a byte a pixel
 *   labels   0x00000801, count, then a byte a label             integers are big-endian
 * </pre>
 *
 * Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
 */
final class Idx {
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;
    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final int COUNT_OFFSET = 4;
    private static final int LABELS_OFFSET = 8;
    private static final int MOST = Integer.MAX_VALUE / (SIDE * SIDE) - 1;

    private Idx() {}

    /**
     * The official training and test sets.
     *
     * @param source where to get the files, for messages
     * @throws FormatException if a file is damaged
     */
    static TrainTest load(Path folder, String source) throws IOException {
        return new TrainTest(load(folder, "train", source), load(folder, "t10k", source));
    }

    private static LabelledDataset load(Path folder, String part, String source)
            throws IOException {
        byte[] pixels;
        Path images;
        try (DataFile file = open(folder, part, "images", "idx3-ubyte", source)) {
            images = file.path();
            int count = count(file, IMAGES);
            expect(file, "rows", SIDE);
            expect(file, "columns", SIDE);
            pixels = file.next(count * SIDE * SIDE);
            file.expectEnd();
        }
        try (DataFile file = open(folder, part, "labels", "idx1-ubyte", source)) {
            int count = count(file, LABELS);
            if (count != pixels.length / (SIDE * SIDE)) {
                throw new FormatException(
                        file.path(),
                        COUNT_OFFSET,
                        String.format(
                                "expected %d labels, one an image in %s, got %d",
                                pixels.length / (SIDE * SIDE), images.getFileName(), count));
            }
            byte[] labels = file.next(count);
            file.expectEnd();
            checkLabels(file.path(), labels);
            return ByteDataset.of(
                    pixels, ByteDataset.LARGEST, labels, Shape.of(1, SIDE, SIDE), CLASSES);
        }
    }

    /** A file, under its name on LeCun's page or in archives. */
    private static DataFile open(Path folder, String part, String what, String kind, String source)
            throws IOException {
        String name = part + "-" + what;
        return DataFile.open(folder, name + "-" + kind, source, name + "." + kind);
    }

    /** Checks the magic number and reads the number of images or labels. */
    private static int count(DataFile file, int magic) throws IOException {
        long at = file.offset();
        int found = file.nextInt();
        if (found != magic) {
            throw new FormatException(
                    file.path(),
                    at,
                    String.format("expected magic number 0x%08x, got 0x%08x", magic, found));
        }
        at = file.offset();
        int count = file.nextInt();
        if (count < 1 || count > MOST) {
            throw new FormatException(
                    file.path(),
                    at,
                    String.format("expected a count from 1 to %d, got %d", MOST, count));
        }
        return count;
    }

    private static void expect(DataFile file, String what, int wanted) throws IOException {
        long at = file.offset();
        int found = file.nextInt();
        if (found != wanted) {
            throw new FormatException(
                    file.path(),
                    at,
                    String.format("expected %d %s an image, got %d", wanted, what, found));
        }
    }

    private static void checkLabels(Path path, byte[] labels) throws FormatException {
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] & 0xFF;
            if (label >= CLASSES) {
                throw new FormatException(
                        path,
                        LABELS_OFFSET + (long) i,
                        "expected a label from 0 to 9, got " + label);
            }
        }
    }
}
