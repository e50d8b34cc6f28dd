package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads small files that the tests write, sound and damaged in every distinguishable way. */
class DatasetsTest {
    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final int PIXELS = 28 * 28;
    private static final int RECORD = 1 + 3 * 32 * 32;

    @TempDir Path folder;

    @BeforeEach
    void writeSoundFiles() throws IOException {
        write("train" + IMAGES, images(13));
        write("train" + LABELS, labels(13));
        write("t10k" + IMAGES, images(1));
        write("t10k" + LABELS, labels(1));
        for (int i = 1; i <= 5; i++) {
            write("data_batch_" + i + ".bin", records(i));
        }
        write("test_batch.bin", records(2));
    }

    @Test
    void readsIdx() throws IOException {
        TrainTest mnist = Datasets.load("mnist", folder, Split.CLASSIC, 0);
        assertEquals(13, mnist.train().size());
        assertEquals(1, mnist.test().size());
        assertEquals(Shape.of(1, 28, 28), mnist.train().sampleShape());
        byte[] file = images(13);
        double[] into = new double[PIXELS + 5];
        mnist.train().sample(12, into, 5);
        for (int i = 0; i < PIXELS; i++) {
            assertEquals((file[16 + 12 * PIXELS + i] & 0xFF) / 255.0, into[5 + i], 1e-16);
        }
        assertEquals(labels(13)[8 + 12], mnist.train().label(12));
    }

    @Test
    void readsGzippedIdx() throws IOException {
        zip("train" + IMAGES);
        zip("t10k" + LABELS);
        TrainTest fashion = Datasets.load("fashion-mnist", folder, Split.CLASSIC, 0);
        assertEquals(13, fashion.train().size());
    }

    /** As archives of MNIST name its files. */
    @Test
    void readsDottedNames() throws IOException {
        for (String part : new String[] {"train", "t10k"}) {
            for (String name : new String[] {IMAGES, LABELS}) {
                String dotted = part + name.replace("s-idx", "s.idx");
                Files.move(folder.resolve(part + name), folder.resolve(dotted));
            }
        }
        zip("t10k-labels.idx1-ubyte");
        assertEquals(13, Datasets.load("mnist", folder, Split.CLASSIC, 0).train().size());
    }

    @Test
    void readsCifar10() throws IOException {
        TrainTest cifar = Datasets.load("cifar10", folder, Split.CLASSIC, 0);
        assertEquals(15, cifar.train().size());
        assertEquals(2, cifar.test().size());
        assertEquals(Shape.of(3, 32, 32), cifar.train().sampleShape());
        double[] into = new double[RECORD - 1];
        cifar.train().sample(1, into, 0);
        byte[] second = records(2);
        assertEquals(second[0], cifar.train().label(1));
        assertEquals((second[1] & 0xFF) / 255.0, into[0], 1e-16);
        assertEquals((second[RECORD - 1] & 0xFF) / 255.0, into[RECORD - 2], 1e-16);
    }

    @Test
    void refusesDamagedImages() throws IOException {
        refuses("mnist", "train" + IMAGES, patch(images(13), 0, 0x801), "byte 0", "0x00000803");
        refuses("mnist", "train" + IMAGES, patch(images(13), 4, 14), "byte 10208", "784 more");
        refuses("mnist", "train" + IMAGES, patch(images(13), 4, 12), "byte 9424", "the end");
        refuses("mnist", "train" + IMAGES, patch(images(13), 4, -1), "byte 4", "count");
        refuses("mnist", "train" + IMAGES, patch(images(13), 4, Integer.MAX_VALUE), "byte 4");
        refuses("mnist", "train" + IMAGES, patch(images(13), 4, 2_000_000), "byte 10208");
        refuses("mnist", "train" + IMAGES, patch(images(13), 8, 27), "byte 8", "28 rows");
        refuses("mnist", "train" + IMAGES, patch(images(13), 12, 27), "byte 12", "28 columns");
        refuses("mnist", "train" + IMAGES, new byte[0], "byte 0", "4 more bytes");
    }

    @Test
    void refusesDamagedLabels() throws IOException {
        refuses("mnist", "train" + LABELS, labels(12), "byte 4", "13 labels", "got 12");
        refuses("mnist", "train" + LABELS, patch(labels(13), 0, 0x803), "0x00000801");
        byte[] high = labels(13);
        high[8 + 5] = 10;
        refuses("mnist", "train" + LABELS, high, "byte 13", "0 to 9", "got 10");
        refuses("mnist", "t10k" + LABELS, Arrays.copyOf(labels(1), 10), "byte 9", "the end");
    }

    @Test
    void refusesDamagedGzip() throws IOException {
        zip("train" + IMAGES);
        Path zipped = folder.resolve("train" + IMAGES + ".gz");
        byte[] sound = Files.readAllBytes(zipped);
        refuses("mnist", zipped.getFileName().toString(), Arrays.copyOf(sound, 500), "gzip");
        refuses("mnist", zipped.getFileName().toString(), images(13), "byte 0", "gzip");
    }

    @Test
    void refusesDamagedRecords() throws IOException {
        byte[] cut = Arrays.copyOf(records(2), 2 * RECORD - 1);
        refuses("cifar10", "data_batch_2.bin", cut, "byte 6145", "1 more bytes");
        byte[] label = records(3);
        label[RECORD] = (byte) 200;
        refuses("cifar10", "data_batch_3.bin", label, "byte 3073", "0 to 9", "got 200");
        refuses("cifar10", "test_batch.bin", new byte[0], "byte 0");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Files.delete(folder.resolve("test_batch.bin"));
        IOException e =
                assertThrows(
                        IOException.class,
                        () -> Datasets.load("cifar10", folder, Split.CLASSIC, 0));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("test_batch.bin"), message);
        assertTrue(message.contains("https://"), message);
    }

    @Test
    void refusesWhatIsNoDataSet() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Datasets.load("imagenet", folder, Split.CLASSIC, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> Datasets.load("mnist", null, Split.CLASSIC, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> Datasets.load("mnist", folder, Split.STRATIFIED, 0));
    }

    @Test
    void digitsAreThoseOfScikitLearn() {
        LabelledDataset digits = Digits.load();
        assertEquals(1797, digits.size());
        // The class counts and the pixel mean that scikit-learn's load_digits documents.
        int[] counts = new int[10];
        double sum = 0;
        double[] sample = new double[64];
        for (int i = 0; i < digits.size(); i++) {
            counts[digits.label(i)]++;
            digits.sample(i, sample, 0);
            sum += Arrays.stream(sample).sum();
        }
        assertArrayEquals(new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, counts);
        assertEquals(561718, Math.round(16 * sum));
    }

    private void refuses(String name, String file, byte[] content, String... told)
            throws IOException {
        byte[] sound = Files.readAllBytes(folder.resolve(file));
        write(file, content);
        IOException e =
                assertThrows(
                        IOException.class, () -> Datasets.load(name, folder, Split.CLASSIC, 0));
        write(file, sound);
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(file), message);
        for (String part : told) {
            assertTrue(message.contains(part), part + " in: " + message);
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    private void zip(String name) throws IOException {
        Path plain = folder.resolve(name);
        try (GZIPOutputStream out =
                new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".gz")))) {
            out.write(Files.readAllBytes(plain));
        }
        Files.delete(plain);
    }

    private static byte[] patch(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
        return bytes;
    }

    private static byte[] images(int count) {
        byte[] bytes = new byte[16 + count * PIXELS];
        new Random(count).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(0x803).putInt(count).putInt(28).putInt(28);
        return bytes;
    }

    private static byte[] labels(int count) {
        byte[] bytes = new byte[8 + count];
        for (int i = 0; i < count; i++) {
            bytes[8 + i] = (byte) (i % 10);
        }
        ByteBuffer.wrap(bytes).putInt(0x801).putInt(count);
        return bytes;
    }

    private static byte[] records(int count) {
        byte[] bytes = new byte[count * RECORD];
        new Random(count).nextBytes(bytes);
        for (int i = 0; i < count; i++) {
            bytes[i * RECORD] = (byte) (9 - i);
        }
        return bytes;
    }
}
