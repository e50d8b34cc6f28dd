package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.CheckpointEvery;
import io.retrograd.train.CheckpointStore;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.ResumeException;
import io.retrograd.train.StepResult;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import io.retrograd.train.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints are whole or named as damaged, old ones go last, and no other training takes one. */
class CheckpointsTest {
    private static final double[][] SAMPLES = {{1, 2}, {-1, 0}, {2, 1}, {0, -2}};
    private static final int[] LABELS = {0, 1, 0, 1};

    @TempDir private Path folder;

    private static ArrayDataset data() {
        return ArrayDataset.of(SAMPLES, LABELS, Shape.of(2));
    }

    private static Trainer trainer(Model model) {
        return new Trainer(model, new CrossEntropy(), new Adam(0.1)).batch(2).epochs(4);
    }

    private interface Use<T> {
        T of(Model model) throws IOException;
    }

    private static <T> T with(Layer network, Use<T> use) throws IOException {
        try (Backend backend = Backends.open("reference", "float64", 1);
                Model model = Model.create(network, Shape.of(2), backend, 1)) {
            return use.of(model);
        }
    }

    /** Five checkpoints, of which the newest three stay, after updates 3, 4 and 5. */
    private Checkpoints trained(List<String> reports) throws IOException {
        Checkpoints checkpoints = Checkpoints.in(folder).keep(3).report(reports::add);
        List<TrainingState> states = new ArrayList<>();
        for (int updates = 0; updates < 5; updates++) {
            int more = updates;
            int[] asked = {0};
            with(
                    new Linear(2),
                    model ->
                            trainer(model)
                                    .checkpoint(collect(states), CheckpointEvery.stop())
                                    .stopWhen(() -> asked[0]++ >= more)
                                    .fit(data()));
        }
        for (TrainingState state : states) {
            checkpoints.save(state);
        }
        return checkpoints;
    }

    private static CheckpointStore collect(List<TrainingState> states) {
        return new CheckpointStore() {
            @Override
            public void save(TrainingState state) {
                states.add(state);
            }

            @Override
            public @Nullable TrainingState newest() {
                return null;
            }
        };
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private Path newest(String kind) throws IOException {
        return folder.resolve(
                names().stream().filter(n -> n.endsWith(kind)).reduce((a, b) -> b).orElseThrow());
    }

    private static long updates(@Nullable TrainingState state) {
        return Objects.requireNonNull(state).progress().updates();
    }

    @Test
    void theNewestStayAndNoOther() throws IOException {
        List<String> reports = new ArrayList<>();
        Checkpoints checkpoints = trained(reports);
        assertEquals(6, names().size(), names().toString());
        TrainingState newest = checkpoints.newest();
        assertEquals(5, updates(newest));
        assertEquals(List.of(), reports);
        assertNull(Checkpoints.in(folder.resolve("none")).newest());
    }

    /**
     * Each byte of the newest JSON changed, the tensors changed here and there, both cut anywhere.
     */
    @ParameterizedTest
    @ValueSource(strings = {".json", ".safetensors"})
    void whatIsDamagedIsNamedAndTheOneBeforeIsTaken(String kind) throws IOException {
        List<String> reports = new ArrayList<>();
        Checkpoints checkpoints = trained(reports);
        Path file = newest(kind);
        byte[] whole = Files.readAllBytes(file);
        long before = 4;
        int stride = Math.max(1, whole.length / 60);
        for (int at = 0; at < whole.length; at += stride) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            for (byte[] damaged : List.of(changed, Arrays.copyOf(whole, at))) {
                Files.write(file, damaged);
                reports.clear();
                assertEquals(before, updates(checkpoints.newest()), at + " of " + whole.length);
                assertEquals(1, reports.size(), reports.toString());
                assertTrue(reports.get(0).contains(file.toString()), reports.get(0));
                assertEquals(1, reports.get(0).lines().count(), reports.get(0));
            }
        }
        Files.delete(file);
        assertEquals(before, updates(checkpoints.newest()));
    }

    @Test
    void whereNoneIsWholeTheNewestIsNamed() throws IOException {
        Checkpoints checkpoints = trained(new ArrayList<>());
        for (String name : names()) {
            Files.write(folder.resolve(name), new byte[3]);
        }
        String message = assertThrows(IOException.class, checkpoints::newest).getMessage();
        assertTrue(message.contains("expected a whole checkpoint, got none"), message);
        assertTrue(message.contains(newest(".json").toString()), message);
    }

    @Test
    void anotherVersionIsAnError() throws IOException {
        Checkpoints checkpoints = trained(new ArrayList<>());
        Path file = newest(".json");
        var json =
                (com.fasterxml.jackson.databind.node.ObjectNode)
                        CheckpointJson.read(Files.readAllBytes(file));
        json.remove("sha256");
        json.put("retrograd", "0.0.1");
        json.put("sha256", CheckpointFile.digest(json));
        Files.write(file, CheckpointJson.write(json));
        String message = assertThrows(IOException.class, checkpoints::newest).getMessage();
        assertTrue(message.contains("\"0.0.1\""), message);
    }

    @Test
    void anotherTrainingIsRefused() throws IOException {
        TrainingState state = trained(new ArrayList<>()).newest();
        String network =
                with(
                        new Linear(2).bias(false),
                        model -> refused(() -> trainer(model).resume(state).fit(data())));
        assertTrue(network.contains("network"), network);
        String rate =
                with(
                        new Linear(2),
                        model -> refused(() -> trainer(model).l2(1).resume(state).fit(data())));
        assertTrue(rate.contains("regularization"), rate);
        ArrayDataset others = ArrayDataset.of(SAMPLES, new int[] {1, 1, 0, 1}, Shape.of(2));
        String data =
                with(
                        new Linear(2),
                        model -> refused(() -> trainer(model).resume(state).fit(others)));
        assertTrue(data.contains("data"), data);
    }

    private static String refused(Runnable fit) {
        String message =
                Objects.requireNonNull(assertThrows(ResumeException.class, fit::run).getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    /** As where the disk is full: training ends, and what was kept is kept still. */
    @Test
    void whatCannotBeWrittenEndsTheTraining() throws IOException {
        CheckpointStore full =
                new CheckpointStore() {
                    @Override
                    public void save(TrainingState state) throws IOException {
                        throw new IOException("checkpoints: no space left on device");
                    }

                    @Override
                    public @Nullable TrainingState newest() {
                        return null;
                    }
                };
        UncheckedIOException e =
                with(
                        new Linear(2),
                        model ->
                                assertThrows(
                                        UncheckedIOException.class,
                                        () ->
                                                trainer(model)
                                                        .checkpoint(full, CheckpointEvery.steps(1))
                                                        .fit(data())));
        assertEquals("checkpoints: no space left on device", e.getMessage());
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        TrainingState state = trained(new ArrayList<>()).newest();
        assertThrows(
                IOException.class, () -> Checkpoints.in(file).save(Objects.requireNonNull(state)));
    }

    /** The next one waits for the one that is being written; training does not. */
    @Test
    void aSlowDiskStopsNoStep() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        List<Long> saved = new ArrayList<>();
        CheckpointStore slow =
                new CheckpointStore() {
                    @Override
                    public void save(TrainingState state) throws IOException {
                        try {
                            assertTrue(done.await(60, TimeUnit.SECONDS));
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        saved.add(state.progress().updates());
                    }

                    @Override
                    public @Nullable TrainingState newest() {
                        return null;
                    }
                };
        TrainingListener release =
                new TrainingListener() {
                    @Override
                    public Next onStep(StepResult step) {
                        if (step.epoch() == 4 && step.step() == 2) {
                            done.countDown();
                        }
                        return Next.CONTINUE;
                    }
                };
        History history =
                with(
                        new Linear(2),
                        model ->
                                trainer(model)
                                        .listener(release)
                                        .checkpoint(slow, CheckpointEvery.steps(1))
                                        .fit(data()));
        assertEquals(4, history.epochs().size());
        assertEquals(1L, saved.get(0));
        assertTrue(saved.size() <= 2, saved.toString());
    }

    @Test
    void howOften() {
        assertEquals(CheckpointEvery.seconds(30), CheckpointEvery.parse("30s"));
        assertEquals(CheckpointEvery.seconds(90), CheckpointEvery.parse("1.5min"));
        assertEquals(CheckpointEvery.steps(100), CheckpointEvery.parse("100steps"));
        assertEquals(CheckpointEvery.epochs(1), CheckpointEvery.parse("1epoch"));
        for (String wrong : List.of("", "0s", "-1s", "5", "1.5steps", "0epochs", "steps", "1e3s")) {
            assertThrows(IllegalArgumentException.class, () -> CheckpointEvery.parse(wrong), wrong);
        }
        assertNotNull(CheckpointEvery.stop());
    }
}
