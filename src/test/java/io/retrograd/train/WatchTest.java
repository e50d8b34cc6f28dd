package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.MseLoss;
import io.retrograd.model.Models;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of a watched training is broken once; trainings that go right are left alone. */
class WatchTest {
    private static final int SAMPLES = 48;

    private static Layer network() {
        return new Sequential(
                new Linear(6),
                new BatchNorm(),
                new Relu(),
                new Linear(5),
                new Tanh(),
                new Linear(2));
    }

    private static Dataset data(double scale) {
        Random random = new Random(3);
        double[][] x = new double[SAMPLES][];
        double[][] y = new double[SAMPLES][];
        for (int i = 0; i < SAMPLES; i++) {
            x[i] = random.doubles(4, -1, 1).toArray();
            y[i] = new double[] {scale * Math.sin(3 * x[i][0]), scale * x[i][1] * x[i][2]};
        }
        return ColumnDataset.ofInput("input", Shape.of(4), x).target("target", Shape.of(2), y);
    }

    /** The message of a watched training that is spoilt; empty where nothing is found. */
    private static String message(
            Layer layer, double scale, BiFunction<Trainer, Model, Trainer> spoilt) {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(layer, Shape.of(4), backend, 1)) {
            Trainer trainer =
                    new Trainer(model, new MseLoss(), new Sgd(0.05).momentum(0.9))
                            .batch(8)
                            .epochs(5)
                            .validation(data(scale));
            Trainer all = spoilt.apply(trainer, model);
            try {
                all.watch().fit(data(scale));
                return "";
            } catch (WatchException e) {
                return e.getMessage();
            }
        }
    }

    private static void found(String begin, BiFunction<Trainer, Model, Trainer> spoilt) {
        String message = message(network(), 1, spoilt);
        assertTrue(message.startsWith(begin), message);
        assertTrue(message.contains("; usually "), message);
    }

    private static TrainingListener eachStep(Runnable work) {
        return new TrainingListener() {
            @Override
            public Next onStep(StepResult step) {
                work.run();
                return Next.CONTINUE;
            }
        };
    }

    /** Puts back a tensor's first values after each step. */
    private static TrainingListener keeps(Model model, String name) {
        double[] old = model.parameter(name);
        return eachStep(() -> model.parameters().get(name).copyFrom(old));
    }

    @Test
    void aRightTrainingIsLeftAlone() {
        assertEquals("", message(network(), 1, (t, m) -> t));
        assertEquals("", message(network(), 1, (t, m) -> t.freeze("0.*").accumulate(2)));
        assertEquals(
                "",
                message(
                        network(),
                        1,
                        (t, m) -> t.freeze(Freezing.of("0.*", "1.*").norms().until(2))));
        assertEquals("", message(network(), 1, (t, m) -> t.ema(0.9).earlyStop(2)));
    }

    /** On the device that users have, with the optimizer and data of pictures. */
    @ParameterizedTest
    @ValueSource(strings = {"mlp", "lenet5", "smallcnn"})
    void networksOfTheReadmeAreLeftAlone(String name) {
        Models.Entry entry = Models.get(name);
        Random random = new Random(5);
        double[][] x = new double[SAMPLES][];
        int size = Math.toIntExact(entry.sampleShape().size());
        Arrays.setAll(x, i -> random.doubles(size, 0, 1).toArray());
        int[] labels = new int[SAMPLES];
        Arrays.setAll(labels, i -> i % 10);
        try (Backend backend = Backends.open("cpu");
                Model model = Model.create(entry.create(), entry.sampleShape(), backend, 1)) {
            new Trainer(model, new CrossEntropy(), new Adam(1e-3))
                    .batch(8)
                    .epochs(6)
                    .watch()
                    .fit(ArrayDataset.of(x, labels, entry.sampleShape()));
        }
    }

    @Test
    void whatTheUpdateLeavesIsFound() {
        found(
                "3.weight: expected the update to change it",
                (t, m) -> t.listener(keeps(m, "3.weight")));
        found(
                "3.weight: expected a gradient, got 0",
                (t, m) -> t.beforeUpdate(g -> g.scale("3.weight", 0)));
    }

    @Test
    void whatIsFrozenAndMovesIsFound() {
        found(
                "0.weight: expected a frozen parameter to stay",
                (t, m) ->
                        t.freeze("0.*")
                                .listener(
                                        eachStep(
                                                () -> {
                                                    double[] w = m.parameter("0.weight");
                                                    w[0] += 1e-3;
                                                    m.setParameter("0.weight", w);
                                                })));
    }

    @Test
    void oldGradientsAreFound() {
        Map<String, double[]> old = new HashMap<>();
        found(
                "3.weight: expected the gradient of this update",
                (t, m) ->
                        t.beforeUpdate(
                                g -> g.set("3.weight", old.computeIfAbsent("3.weight", g::get))));
    }

    @Test
    void statisticsThatMoveAtTheWrongTimeAreFound() {
        found(
                "1.running_mean: expected the running statistic to move in training",
                (t, m) -> t.listener(keeps(m, "1.running_mean")));
        found(
                "1.running_mean: expected the running statistic to stay as it is in validation",
                (t, m) ->
                        t.listener(
                                new TrainingListener() {
                                    @Override
                                    public Next onEpoch(EpochResult epoch) {
                                        m.parameters()
                                                .get("1.running_mean")
                                                .copyFrom(new double[6]);
                                        return Next.CONTINUE;
                                    }
                                }));
    }

    @Test
    void aRateThatIsNotTheSchedulesIsFound() {
        AtomicLong calls = new AtomicLong();
        found(
                "learning rate: expected",
                (t, m) -> t.schedule((step, perEpoch, epochs) -> 1.0 / calls.incrementAndGet()));
    }

    @Test
    void deadUnitsAreFound() {
        String message =
                message(
                        new Sequential(new Linear(6), new Relu(), new Linear(2)),
                        1,
                        (t, m) -> {
                            m.setParameter("0.bias", -9, -9, -9, 5, -9, -9);
                            return t;
                        });
        assertTrue(
                message.startsWith("0.bias: expected at most 50 % dead units, got 5 of 6"),
                message);
    }

    @Test
    void gradientsOfUnlikelySizesAreFound() {
        Layer small = new Sequential(new Linear(6), new Tanh(), new Scale(1e-14), new Linear(2));
        String vanished = message(small, 1, (t, m) -> t);
        assertTrue(vanished.contains("expected a gradient of at least"), vanished);
        String exploded = message(network(), 1e9, (t, m) -> t.clipNorm(1));
        assertTrue(exploded.contains("expected a gradient of at most"), exploded);
    }
}
