package io.retrograd.data;

import io.retrograd.interop.FormatException;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the binary versions of CIFAR-10 and CIFAR-100: files of records, each a label byte, or two,
 * and 3 · 32 · 32 pixels (C, H, W).
 *
 * <p>Source: A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
 */
final class Cifar {
    private static final Shape SAMPLE = Shape.of(3, 32, 32);
    private static final int CLASSES = 10;
    private static final int COARSE = 20;
    private static final int FINE = 100;
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

    private Cifar() {}

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
        return images(pixels, labels, CLASSES);
    }

    /**
     * The official sets of CIFAR-100, of which each record begins with two labels, a coarse one and
     * a fine one: the fine ones.
     */
    static TrainTest load100(Path folder, String source) throws IOException {
        return new TrainTest(
                load100(folder, "train.bin", source), load100(folder, "test.bin", source));
    }

    private static LabelledDataset load100(Path folder, String name, String source)
            throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        try (DataFile file = DataFile.open(folder, name, source)) {
            byte[] coarse = file.next(1);
            while (coarse.length == 1) {
                check(file, coarse[0] & 0xFF, COARSE);
                int label = file.next(1)[0] & 0xFF;
                check(file, label, FINE);
                if (labels.size() == MOST) {
                    throw file.error("expected at most " + MOST + " images, got more");
                }
                labels.write(label);
                pixels.writeBytes(file.next(PIXELS));
                coarse = file.upTo(1);
            }
        }
        return images(pixels, labels, FINE);
    }

    private static LabelledDataset images(
            ByteArrayOutputStream pixels, ByteArrayOutputStream labels, int classes) {
        return ByteDataset.of(
                pixels.toByteArray(), ByteDataset.LARGEST, labels.toByteArray(), SAMPLE, classes);
    }

    private static void check(DataFile file, int label, int classes) throws IOException {
        if (label >= classes) {
            throw new FormatException(
                    file.path(),
                    file.offset() - 1,
                    String.format("expected a label from 0 to %d, got %d", classes - 1, label));
        }
    }

    private static void read(
            DataFile file, ByteArrayOutputStream pixels, ByteArrayOutputStream labels)
            throws IOException {
        byte[] label = file.next(1);
        while (label.length == 1) {
            int value = label[0] & 0xFF;
            check(file, value, CLASSES);
            if (labels.size() == MOST) {
                throw file.error("expected at most " + MOST + " images, got more");
            }
            labels.write(value);
            pixels.writeBytes(file.next(PIXELS));
            label = file.upTo(1);
        }
    }
}
