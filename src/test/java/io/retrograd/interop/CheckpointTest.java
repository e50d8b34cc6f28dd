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
}
