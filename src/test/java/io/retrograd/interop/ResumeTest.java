package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Optimizers;
import io.retrograd.optim.ParameterGroup;
import io.retrograd.optim.ReduceOnPlateau;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Audit;
import io.retrograd.train.AuditResult;
import io.retrograd.train.CheckpointEvery;
import io.retrograd.train.EpochResult;
import io.retrograd.train.Freezing;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training that goes on from a file has the bits of one that never stopped. */
class ResumeTest {
    private static final Shape SAMPLE = Shape.of(3);
    private static final Layer NETWORK = network(4);

    /** 5 batches of 4 an epoch, the last of 3; updates after 2, 2 and 1 of them. */
    private static final ArrayDataset DATA = data(19, 1);

    private static final ArrayDataset OTHERS = data(6, 2);

    @TempDir private Path folder;

    private static Layer network(int hidden) {
        return new Sequential(
                new Linear(hidden), new BatchNorm(), new Relu(), new Dropout(0.3), new Linear(3));
    }

    private static ArrayDataset data(int samples, long seed) {
        double[][] x = new double[samples][3];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            labels[i] = i % 3;
            for (int j = 0; j < 3; j++) {
                x[i][j] = Philox.normal(seed, i, j) + (j == labels[i] ? 1 : 0);
            }
        }
        return ArrayDataset.of(x, labels, SAMPLE, 3);
    }

    /** What a training came to, in bits. */
    private record Outcome(History.End end, List<String> bits) {
        static Outcome of(History history, Model model) {
            List<String> bits = new ArrayList<>();
            for (EpochResult e : history.epochs()) {
                bits.add(
                        String.format(
                                "%d %d %s %s %s %s %s",
                                e.epoch(),
                                e.steps(),
                                e.loss(),
                                e.accuracy(),
                                e.penalty(),
                                e.learningRate(),
                                e.validation()));
                if (e.validation() != null) {
                    String confusion = e.validation().requireConfusion().toString();
                    bits.set(
                            bits.size() - 1,
                            bits.get(bits.size() - 1).replaceAll("confusion=.*, m", "m")
                                    + confusion);
                }
            }
            model.parameters().named().forEach((name, w) -> bits.add(name + text(w.toArray())));
            model.parameters()
                    .slots()
                    .forEach(slot -> bits.add(slot.name() + text(slot.toArray())));
            // Slots of parameters that were frozen come last where they were made later.
            Collections.sort(bits);
            return new Outcome(history.end(), bits);
        }

        private static String text(double[] values) {
            return Arrays.toString(values);
        }
    }

    private static Trainer everything(Model model, Optimizers optimizer) {
        return new Trainer(
                        model,
                        new CrossEntropy().labelSmoothing(0.1),
                        optimizer
                                .create(0.05, 0.9, 0.01)
                                .group(ParameterGroup.vectors().weightDecay(0)))
                .epochs(4)
                .batch(4)
                .seed(5)
                .accumulate(2)
                .ema(0.7)
                .schedule(Schedule.cosine().warmup(1))
                .reduceOnPlateau(new ReduceOnPlateau(0.5, 0))
                .l2(0.001)
                .clipNorm(1)
                .augment(
                        (values, offset, shape, seed, draw) ->
                                values[offset] += 0.1 * Philox.normal(seed, 99, draw))
                .validation(OTHERS)
                .earlyStop(2);
    }

    /** Trains otherwise first: orders of samples and random numbers go on from there. */
    private static void before(Model model, Optimizers optimizer) {
        new Trainer(model, new CrossEntropy(), optimizer.create(0.01, 0.9, 0))
                .batch(3)
                .epochs(2)
                .fit(OTHERS);
    }

    private Outcome whole(Backend backend, UnaryOperator<Trainer> change, Optimizers optimizer) {
        try (Model model = Model.create(NETWORK, SAMPLE, backend, 3)) {
            before(model, optimizer);
            return Outcome.of(change.apply(everything(model, optimizer)).fit(DATA), model);
        }
    }

    /**
     * Stops again and again after so many updates and one more, and goes on in another model from
     * what files hold.
     */
    private Outcome inPieces(
            Backend backend, UnaryOperator<Trainer> change, Optimizers optimizer, int updates)
            throws IOException {
        Checkpoints checkpoints = Checkpoints.in(folder.resolve(optimizer + "-" + updates)).keep(1);
        for (int pieces = 1; pieces < 100; pieces++) {
            try (Model model = Model.create(NETWORK, SAMPLE, backend, 3)) {
                if (pieces == 1) {
                    before(model, optimizer);
                }
                int[] asked = {0};
                Trainer trainer =
                        change.apply(everything(model, optimizer))
                                .checkpoint(checkpoints, CheckpointEvery.stop())
                                .resume(checkpoints.newest())
                                .stopWhen(() -> asked[0]++ >= updates);
                History history = trainer.fit(DATA);
                if (history.end() != History.End.INTERRUPTED) {
                    assertTrue(pieces > 2, "it was never stopped");
                    return Outcome.of(history, model);
                }
            }
        }
        throw new AssertionError("it does not end");
    }

    @ParameterizedTest
    @EnumSource(names = {"sgd", "adamw", "nadam", "muon"})
    void theReference(Optimizers optimizer) throws IOException {
        try (Backend backend = Backends.open("reference", "float64", 1)) {
            Outcome whole = whole(backend, t -> t, optimizer);
            assertEquals(whole, inPieces(backend, t -> t, optimizer, 0));
        }
    }

    /** Frozen in the first two epochs, and stopped in them and behind them. */
    @Test
    void frozenParameters() throws IOException {
        UnaryOperator<Trainer> change = t -> t.freeze(Freezing.of("0.*", "1.*").norms().until(2));
        try (Backend backend = Backends.open("reference", "float64", 1)) {
            Outcome whole = whole(backend, change, Optimizers.adam);
            assertEquals(whole, inPieces(backend, change, Optimizers.adam, 0));
        }
    }

    /** Epochs without a better one are counted on. */
    @Test
    void earlyStops() throws IOException {
        UnaryOperator<Trainer> change = t -> t.epochs(30);
        try (Backend backend = Backends.open("reference", "float64", 1)) {
            Outcome whole = whole(backend, change, Optimizers.sgd);
            assertEquals(History.End.EARLY_STOP, whole.end());
            assertEquals(whole, inPieces(backend, change, Optimizers.sgd, 2));
        }
    }

    /** Each piece has the first of its batches audited: another operation than the one before. */
    @Test
    void auditsDrawOnWhereTheyWere() throws IOException {
        List<String> audited = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onAudit(AuditResult audit) {
                        audited.add(audit.operation());
                    }
                };
        UnaryOperator<Trainer> change = t -> t.audit(Audit.every(1)).listener(listener);
        try (Backend backend = Backends.open("reference", "float64", 1)) {
            Outcome whole = whole(backend, t -> t, Optimizers.sgd);
            assertEquals(whole, inPieces(backend, change, Optimizers.sgd, 0));
        }
        assertTrue(audited.size() > 5, audited::toString);
        assertTrue(Set.copyOf(audited).size() > 2, audited::toString);
    }

    @ParameterizedTest
    @EnumSource(names = {"adam", "muon"})
    void theCpu(Optimizers optimizer) throws IOException {
        OpenOptions options = OpenOptions.of("float32").threads(2).deterministic(true);
        try (Backend backend = Backends.open("cpu", options)) {
            Outcome whole = whole(backend, t -> t, optimizer);
            assertEquals(whole, inPieces(backend, t -> t, optimizer, 2));
        }
    }
}
