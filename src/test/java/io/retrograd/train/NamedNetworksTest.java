package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.LossSum;
import io.retrograd.loss.MseLoss;
import io.retrograd.metric.Accuracy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks with several inputs, outputs, losses, targets: steps as PyTorch's, and training. */
class NamedNetworksTest {
    private static final int SAMPLES = 4;

    /** Two towers that are one, and a head on the first. */
    private static final Graph SIAMESE =
            Graph.of("left", "right")
                    .node("tower", new Sequential(new Linear(4), new Tanh()), "left")
                    .shared("other", "tower", "right")
                    .node("pair", new Concat(), "tower", "other")
                    .node("alike", new Linear(1), "pair")
                    .node("kind", new Linear(3), "tower")
                    .outputs("alike", "kind");

    private static final Map<String, Shape> PAIR =
            Map.of("left", Shape.of(3), "right", Shape.of(3));

    private static final LossSum LOSSES =
            LossSum.of("alike", new BceWithLogitsLoss()).plus(0.3, "kind", new CrossEntropy());

    /** PyTorch 2.13's in float64: the losses of three steps, and parameters behind them. */
    private static final double[] TORCH_LOSSES = {
        1.0631557438061296, 1.023641760235208, 0.9882946804811163
    };

    private static final Map<String, double[]> TORCH =
            Map.of(
                    "tower.0.bias",
                    new double[] {
                        0.883257019488077, 0.065305473980508, -0.719685106268019, -0.91428009973814
                    },
                    "alike.bias",
                    new double[] {-0.813535729678379},
                    "kind.weight",
                    new double[] {
                        -0.860376423771437,
                        -0.363461805482303,
                        0.716993022249318,
                        0.883518509999156,
                        0.407922697279404,
                        -0.53698323021413,
                        -1.01233070969045,
                        -0.536179858973553,
                        0.325814973897292,
                        1.067615782303007,
                        0.602621919766335,
                        -0.182456639067722
                    });

    private static double[] waves(int count, double phase) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> Math.sin(i + phase));
        return values;
    }

    private static Model siamese(Backend backend) {
        Model model = Model.create(SIAMESE, PAIR, backend, /* seed= */ 1);
        List<String> order =
                List.of(
                        "tower.0.weight",
                        "tower.0.bias",
                        "alike.weight",
                        "alike.bias",
                        "kind.weight",
                        "kind.bias");
        for (int i = 0; i < order.size(); i++) {
            int count = model.parameter(order.get(i)).length;
            model.setParameter(order.get(i), waves(count, i + 1.0));
        }
        return model;
    }

    private static final Map<String, double[]> INPUTS =
            Map.of("left", waves(12, 0), "right", waves(12, 5));

    private static final Map<String, double[]> TARGETS =
            Map.of("alike", new double[] {1, 0, 0, 1}, "kind", new double[] {0, 2, 1, 1});

    /** Bounds: three steps of sums of few terms, in the last digits of the precision. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-14", "cpu, 2e-6", "cuda-standin, 2e-6"})
    void stepsAreTorchs(String device, double bound) {
        try (Backend backend = Backends.open(device);
                Model model = siamese(backend);
                TrainStep step =
                        new TrainStep(
                                model, LOSSES, new Sgd(0.5), Regularization.none(), SAMPLES)) {
            for (double expected : TORCH_LOSSES) {
                step.run(INPUTS, TARGETS);
                assertEquals(expected, step.loss(), bound);
            }
            TORCH.forEach(
                    (name, values) ->
                            assertArrayEquals(values, model.parameter(name), bound, name));
            assertEquals(List.of("alike", "kind"), List.copyOf(step.outputs().keySet()));
        }
    }

    @ParameterizedTest
    @CsvSource({"reference", "cpu", "cuda-standin"})
    void trainerTakesTheSameSteps(String device) {
        try (Backend backend = Backends.open(device);
                Model byStep = siamese(backend);
                Model byTrainer = siamese(backend);
                TrainStep step =
                        new TrainStep(
                                byStep, LOSSES, new Sgd(0.5), Regularization.none(), SAMPLES)) {
            step.run(INPUTS, TARGETS);
            new Trainer(byTrainer, LOSSES, new Sgd(0.5)).batch(SAMPLES).fit(pairs());
            for (String name : byStep.names()) {
                // The samples are shuffled: sums run in another order.
                assertArrayEquals(byStep.parameter(name), byTrainer.parameter(name), 1e-6, name);
            }
            Evaluation evaluation =
                    new Trainer(byTrainer, LOSSES, new Sgd(0.5))
                            .metric("kind", new Accuracy(1))
                            .evaluate(pairs());
            assertTrue(evaluation.metrics().containsKey("kind.accuracy"));
            Map<String, double[]> outputs = byTrainer.predict(INPUTS);
            assertEquals(SAMPLES, outputs.get("alike").length);
            assertEquals(3 * SAMPLES, outputs.get("kind").length);
        }
    }

    private static ColumnDataset pairs() {
        return ColumnDataset.ofInput("left", Shape.of(3), rows("left"))
                .input("right", Shape.of(3), rows("right"))
                .target("alike", Shape.of(1), new double[][] {{1}, {0}, {0}, {1}})
                .labels("kind", 0, 2, 1, 1);
    }

    private static double[][] rows(String input) {
        double[][] rows = new double[SAMPLES][];
        double[] all = INPUTS.get(input);
        Arrays.setAll(rows, n -> Arrays.copyOfRange(all, 3 * n, 3 * (n + 1)));
        return rows;
    }

    /** An output that no loss takes gives no gradient, and trains nothing. */
    @ParameterizedTest
    @CsvSource({"reference", "cpu", "cuda-standin"})
    void whatNoLossTakesStays(String device) {
        try (Backend backend = Backends.open(device);
                Model model = siamese(backend)) {
            double[] before = model.parameter("kind.weight");
            double[] tower = model.parameter("tower.0.weight");
            new Trainer(model, LossSum.of("alike", new BceWithLogitsLoss()), new Sgd(0.5))
                    .epochs(2)
                    .fit(pairs());
            assertArrayEquals(before, model.parameter("kind.weight"));
            assertTrue(!Arrays.equals(tower, model.parameter("tower.0.weight")));
        }
    }

    /** Two losses of one output, with targets of their own and one they share. */
    @Test
    void anOutputMayHaveSeveralLosses() {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(2), Shape.of(3), backend, 1)) {
            LossSum both =
                    LossSum.of("output", new MseLoss())
                            .plus(2, "output", new MseLoss())
                            .plus(0.5, "output", new MseLoss())
                            .withTarget("zero");
            try (TrainStep step =
                    new TrainStep(model, both, new Sgd(0.1), Regularization.none(), 1)) {
                double[] x = {1, 2, 3};
                double[] y = model.predict(x);
                step.run(
                        Map.of("input", x),
                        Map.of("output", new double[] {1, -1}, "zero", new double[2]));
                double first = (sq(y[0] - 1) + sq(y[1] + 1)) / 2;
                double second = (sq(y[0]) + sq(y[1])) / 2;
                assertEquals(3 * first + 0.5 * second, step.loss(), 1e-14);
                double dy = 3 * (y[0] - 1) + 0.5 * y[0];
                assertEquals(dy, model.gradient("bias")[0], 1e-14);
            }
        }
    }

    private static double sq(double value) {
        return value * value;
    }

    /** A class for each pixel, some of which do not count; inputs that cross as bytes. */
    @ParameterizedTest
    @CsvSource({"reference", "cpu", "cuda-standin"})
    void learnsAClassForEachPixel(String device) {
        double[][] pictures = new double[24][64];
        double[][] classes = new double[24][64];
        for (int n = 0; n < pictures.length; n++) {
            for (int i = 0; i < 64; i++) {
                pictures[n][i] = Math.sin(7.3 * n + 2.1 * i);
                classes[n][i] = i == n ? -100 : pictures[n][i] > 0.3 ? 1 : 0;
            }
        }
        Dataset data =
                ColumnDataset.ofInput("x", Shape.of(1, 8, 8), pictures)
                        .target("map", Shape.of(8, 8), classes);
        Sequential network =
                new Sequential(new Conv2d(8, 3).padding(1), new Relu(), new Conv2d(2, 1));
        try (Backend backend = Backends.open(device);
                Model model = Model.create(network, Shape.of(1, 8, 8), backend, 1)) {
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Adam(0.02))
                            .batch(5)
                            .epochs(20)
                            .validation(data);
            EpochResult last = last(trainer.fit(data));
            assertTrue(last.accuracy() > 0.95, "" + last.accuracy());
            Evaluation validation = last.validation();
            assertTrue(validation != null && validation.confusion() == null);
            assertTrue(validation.metrics().get("accuracy") > 0.95);
        }
    }

    private static EpochResult last(History history) {
        return history.epochs().get(history.epochs().size() - 1);
    }

    /** Values: no accuracy, no confusion. */
    @Test
    void learnsValues() {
        double[][] x = new double[32][1];
        double[] y = new double[32];
        for (int n = 0; n < y.length; n++) {
            x[n][0] = Math.sin(n);
            y[n] = 3 * x[n][0] - 1;
        }
        ColumnDataset data = ColumnDataset.ofInput("x", Shape.of(1), x);
        double[][] rows = new double[32][];
        Arrays.setAll(rows, n -> new double[] {y[n]});
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(1), Shape.of(1), backend, 1)) {
            Trainer trainer = new Trainer(model, new MseLoss(), new Sgd(0.5)).epochs(60);
            EpochResult last = last(trainer.fit(data.target("y", Shape.of(1), rows)));
            assertTrue(last.loss() < 1e-6, "" + last.loss());
            assertTrue(Double.isNaN(last.accuracy()));
            assertArrayEquals(new double[] {3}, model.parameter("weight"), 1e-3);
        }
    }

    @Test
    void takesTokensBesideNumbers() {
        Graph graph =
                Graph.of("words", "size")
                        .node("vectors", new Embedding(5, 3), "words")
                        .node("flat", new Flatten(), "vectors")
                        .node("all", new Concat(), "flat", "size")
                        .node("class", new Linear(2), "all");
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(
                                graph,
                                Map.of("words", Shape.of(2), "size", Shape.of(1)),
                                backend,
                                1)) {
            double[] logits =
                    model.predict(Map.of("words", new double[] {4, 0}, "size", new double[] {0.5}))
                            .get("class");
            assertEquals(2, logits.length);
            refused(
                    "expected tokens from 0 to 4",
                    () ->
                            model.predict(
                                    Map.of(
                                            "words",
                                            new double[] {5, 0},
                                            "size",
                                            new double[] {0.5})));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Backend backend = Backends.open("reference");
                Model model = siamese(backend)) {
            Trainer trainer = new Trainer(model, LOSSES, new Sgd(0.5));
            refused("inputs: expected", () -> model.predict(Map.of("left", new double[3])));
            refused(
                    "as many samples of each",
                    () -> model.predict(Map.of("left", new double[3], "right", new double[6])));
            refused("input: expected a network with one", () -> model.predict(new double[3]));
            refused("pass them by name", model::outputShape);
            refused(
                    "column input \"right\"",
                    () -> trainer.fit(ColumnDataset.ofInput("left", Shape.of(3), rows("left"))));
            refused(
                    "column target \"kind\" of shape () a sample, got columns [alike, sort]",
                    () ->
                            trainer.fit(
                                    ColumnDataset.ofInput("left", Shape.of(3), rows("left"))
                                            .input("right", Shape.of(3), rows("right"))
                                            .target(
                                                    "alike",
                                                    Shape.of(1),
                                                    new double[][] {{1}, {0}, {0}, {1}})
                                            .labels("sort", 0, 1, 2, 0)));
            refused(
                    "expected 1 of the network's outputs [alike, kind], got [alike, kind]",
                    () -> new Trainer(model, new MseLoss(), new Sgd(1)).fit(pairs()));
            refused(
                    "got [kin]",
                    () ->
                            new Trainer(model, LossSum.of("kin", new CrossEntropy()), new Sgd(1))
                                    .fit(pairs()));
            refused("metric accuracy", () -> trainer.metric(new Accuracy()).evaluate(pairs()));
            refused(
                    "a label from 0 to 2, got 3 for sample 1",
                    () ->
                            new TrainStep(model, LOSSES, new Sgd(1), Regularization.none(), 4)
                                    .run(
                                            INPUTS,
                                            Map.of(
                                                    "alike",
                                                    new double[4],
                                                    "kind",
                                                    new double[] {0, 3, 0, 0})));
            refused(
                    "Model: expected a shape for each of the network's inputs [left, right]",
                    () -> Model.create(SIAMESE, Shape.of(3), backend, 1));
            refused(
                    "Graph: expected inputs [left, right], got [left]",
                    () -> Model.create(SIAMESE, Map.of("left", Shape.of(3)), backend, 1));
            assertArrayEquals(waves(3, 6), model.parameter("kind.bias"));
        }
    }

    private static void refused(String message, Runnable call) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
}
