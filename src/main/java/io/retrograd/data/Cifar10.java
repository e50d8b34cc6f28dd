package io.retrograd.data;

import io.retrograd.interop.FormatException;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the binary version of CIFAR-10: files of records, each a label byte and 3 · 32 · 32 pixels
 * (C, H, W).
 *
 * <p>Source: A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
 */
final class Cifar10 {
    private static final Shape SAMPLE = Shape.of(3, 32, 32);
    private static final int CLASSES = 10;
    private static final int PIXELS = 3 * 32 * 32;
    private static final int RECORD = 1 + PIXELS;
    private static final int MOST = Integer.MAX_VALUE / RECORD - 1;
    private static final List<String> TRAIN =
            List.of(
                    "data_batch_1.bin",
                    "data_batch_2.bin",
                    "data_batch_3.bin",
                    "data_batch_4.bin",
                    "data_batch_5.bin");
    private static final List<String> TEST = List.of("test_batch.bin");

    private Cifar10() {}

    /**
     * The official training and test sets.
     *
     * @param source where to get the files, for messages
     * @throws FormatException if a file is damaged
     */
    static TrainTest load(Path folder, String source) throws IOException {
        return new TrainTest(load(folder, TRAIN, source), load(folder, TEST, source));
    }

    private static LabelledDataset load(Path folder, List<String> names, String source)
            throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        for (String name : names) {
            try (DataFile file = DataFile.open(folder, name, source)) {
                read(file, pixels, labels);
            }
        }
        return new Images(SAMPLE, CLASSES, 255, pixels.toByteArray(), labels.toByteArray());
    }

    private static void read(
            DataFile file, ByteArrayOutputStream pixels, ByteArrayOutputStream labels)
            throws IOException {
        byte[] label = file.next(1);
        while (label.length == 1) {
            long at = file.offset() - 1;
            int value = label[0] & 0xFF;
            if (value >= CLASSES) {
                throw new FormatException(
                        file.path(), at, "expected a label from 0 to 9, got " + value);
            }
            if (labels.size() == MOST) {
                throw file.error("expected at most " + MOST + " images, got more");
            }
            labels.write(value);
            pixels.writeBytes(file.next(PIXELS));
            label = file.upTo(1);
        }
    }
}
