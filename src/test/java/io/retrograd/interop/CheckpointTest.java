package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final Layer NETWORK = new Sequential(new Linear(4), new BatchNorm());
    private static final Shape SAMPLE = Shape.of(3);

    @TempDir private Path folder;
    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void whatIsSavedComesBackBitForBit() throws Exception {
        Path file = folder.resolve("model.safetensors");
        try (Model saved = Model.create(NETWORK, SAMPLE, backend, 1);
                Model loaded = Model.create(NETWORK, SAMPLE, backend, 2)) {
            saved.setParameter("1.running_mean", 0.1, 0.2, 0.3, Math.PI);
            Checkpoint.save(file, saved.parameters(), Map.of("note", "kept"));
            Checkpoint.load(file, loaded.parameters());
            for (String name : saved.names()) {
                assertArrayEquals(saved.parameter(name), loaded.parameter(name), name);
            }
        }
        assertEquals("kept", Safetensors.read(file).metadata().get("note"));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count(), "no temporary file is left");
        }
    }

    @Test
    void aFileOfAnotherModelChangesNothing() throws Exception {
        Path file = folder.resolve("other.safetensors");
        Layer wider = new Sequential(new Linear(5), new BatchNorm());
        refused(file, wider, "0.weight");
        refused(file, new Sequential(new Linear(4)), "1.weight");
    }

    @Test
    void integersAreRefused() throws Exception {
        Path file = folder.resolve("integers.safetensors");
        try (Model model = Model.create(NETWORK, SAMPLE, backend, 1)) {
            Map<String, SafeTensor> tensors = new LinkedHashMap<>();
            for (String name : model.names()) {
                Shape shape = model.parameters().get(name).shape();
                tensors.put(name, SafeTensor.of(shape, new long[(int) shape.size()]));
            }
            Safetensors.write(file, new SafetensorsFile(Map.of(), tensors));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Checkpoint.load(file, model.parameters()));
        }
    }

    @Test
    void notFiniteNumbersAreRefusedUnlessWanted() throws Exception {
        Path file = folder.resolve("diverged.safetensors");
        try (Model model = Model.create(NETWORK, SAMPLE, backend, 1);
                Model other = Model.create(NETWORK, SAMPLE, backend, 2)) {
            double[] bias = model.parameter("0.bias");
            bias[1] = Double.NaN;
            model.parameters().get("0.bias").copyFrom(bias);
            Checkpoint.save(file, model.parameters(), Map.of());
            double[] before = other.parameter("0.weight");
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Checkpoint.load(file, other.parameters()));
            assertTrue(
                    e.getMessage()
                            .startsWith(
                                    file
                                            + ": 0.bias: expected finite values, got NaN at"
                                            + " element 1 of "),
                    e.getMessage());
            assertArrayEquals(before, other.parameter("0.weight"));
            Checkpoint.loadDiverged(file, other.parameters());
            assertArrayEquals(bias, other.parameter("0.bias"), 1e-6);
        }
    }

    private void refused(Path file, Layer other, String culprit) throws Exception {
        try (Model saved = Model.create(other, SAMPLE, backend, 1);
                Model model = Model.create(NETWORK, SAMPLE, backend, 2)) {
            Checkpoint.save(file, saved.parameters(), Map.of());
            double[] before = model.parameter("0.bias");
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Checkpoint.load(file, model.parameters()));
            assertTrue(e.getMessage().contains(culprit), e.getMessage());
            assertArrayEquals(before, model.parameter("0.bias"));
        }
    }

    /** A file with a hole of a terabyte, which its header fits. */
    @Test
    void refusesWhatDoesNotFitBeforeItIsRead() throws Exception {
        long bytes = 1L << 40;
        int count = 1 << 30;
        Path file = folder.resolve("large.safetensors");
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < bytes / 8 / count; i++) {
            long begin = 8L * i * count;
            header.append(
                    String.format(
                            "%s\"%d\":{\"dtype\":\"F64\",\"shape\":[%d],\"data_offsets\":[%d,%d]}",
                            i == 0 ? "" : ",", i, count, begin, begin + 8L * count));
        }
        byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.write(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(text.length)
                            .array());
            large.write(text);
            large.setLength(8 + text.length + bytes);
        }
        try (Model model = Model.create(NETWORK, SAMPLE, backend, 1)) {
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Checkpoint.load(file, model.parameters()));
            assertTrue(e.getMessage().contains("expected tensors [0.weight"), e.getMessage());
        }
    }
}
