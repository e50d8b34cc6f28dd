package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.interop.Checkpoint;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that a program does with a device, a little of each in every round, on one network that stays
 * open and others that come and go.
 */
final class MixedWork implements AutoCloseable {
    private static final Shape SAMPLE = Shape.of(1, 6, 6);
    private static final int CLASSES = 3;
    private static final int SAMPLES = 12;
    private static final int BATCH = 4;

    private final DeviceOptions device;
    private final Backend backend;
    private final Model model;
    private final ArrayDataset data;
    private final Path folder;
    private long rounds;

    MixedWork(DeviceOptions device) throws IOException {
        this.device = device;
        backend = device.open();
        model = Model.create(network(), SAMPLE, backend, /* seed= */ 1);
        double[][] x = new double[SAMPLES][(int) SAMPLE.size()];
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] = Math.sin(i + j);
            }
        }
        data = ArrayDataset.of(x, labels, SAMPLE);
        folder = Files.createTempDirectory("soak");
    }

    private static Layer network() {
        return new Sequential(
                new Conv2d(4, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new Flatten(),
                new Dropout(0.1),
                new Linear(CLASSES));
    }

    long rounds() {
        return rounds;
    }

    /** More to do in each part of the time. */
    interface More {
        void run() throws IOException;
    }

    /**
     * Does rounds until the time is over, and looks at the process after each part of it.
     *
     * @param more done once a part
     */
    List<Growth> repeat(double secondsEach, int readings, More more) throws IOException {
        List<Footprint> footprints = new ArrayList<>();
        for (int i = 0; i < readings; i++) {
            Deadline.Stopwatch watch = new Deadline.Stopwatch();
            do {
                round();
            } while (watch.seconds() < secondsEach);
            more.run();
            backend.synchronize();
            footprints.add(Footprint.now(device.gpu()));
        }
        return Growth.all(footprints);
    }

    /** A little of everything. */
    void round() throws IOException {
        rounds++;
        trainer(model).fit(data);
        trainer(model).evaluate(data);
        model.predict(new double[(int) SAMPLE.size()]);
        saveAndLoad();
        fail();
        try (Backend another = device.open();
                Model brief = Model.create(network(), SAMPLE, another, rounds)) {
            trainer(brief).fit(data);
        }
        GradientCheck.of(new Sequential(new Linear(2)), Shape.of(2, 3))
                .on(backend)
                .coordinates(1)
                .run();
    }

    private static Trainer trainer(Model model) {
        return new Trainer(model, new CrossEntropy(), new Adam(0.01)).batch(BATCH).epochs(1);
    }

    private void saveAndLoad() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Checkpoint.save(file, model.parameters(), Map.of("round", Long.toString(rounds)));
        Checkpoint.load(file, model.parameters());
    }

    /** Refused work must leave nothing behind either. */
    private void fail() throws IOException {
        Path damaged = folder.resolve("damaged.safetensors");
        Files.write(damaged, new byte[] {1, 2, 3});
        refused(() -> Checkpoint.load(damaged, model.parameters()));
        refused(() -> Checkpoint.load(folder.resolve("none"), model.parameters()));
        refused(() -> Checkpoint.save(folder, model.parameters(), Map.of()));
        refused(() -> Backends.open("nosuch", "float32", 0).close());
        refused(() -> Model.create(network(), Shape.of(7), backend, 1).close());
        refused(() -> model.predict(new double[5]));
        double[][] one = {new double[(int) SAMPLE.size()]};
        refused(() -> trainer(model).fit(ArrayDataset.of(one, new int[] {9}, SAMPLE)));
    }

    private interface Refused {
        void run() throws IOException;
    }

    private static void refused(Refused work) {
        try {
            work.run();
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            return;
        }
        throw new AssertionError("expected it to be refused");
    }

    @Override
    public void close() throws IOException {
        model.close();
        backend.close();
        for (String name : List.of("model.safetensors", "damaged.safetensors")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }
}
