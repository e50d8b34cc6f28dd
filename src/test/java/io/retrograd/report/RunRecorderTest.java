package io.retrograd.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.LayerTime;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a run is what happened. */
class RunRecorderTest {
    private static final Shape IMAGE = Shape.of(1, 4, 4);
    private static final int SAMPLES = 20;
    private static final int CLASSES = 3;

    @TempDir private Path folder;

    private static ArrayDataset data() {
        Random random = new Random(7);
        double[][] x = new double[SAMPLES][16];
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            Arrays.setAll(x[i], j -> random.nextDouble());
            labels[i] = random.nextInt(CLASSES);
        }
        return ArrayDataset.of(x, labels, IMAGE);
    }

    private static Model model(Backend backend) {
        return Model.create(
                new Sequential(
                        new Conv2d(3, 3).padding(1),
                        new BatchNorm(),
                        new Relu(),
                        new Flatten(),
                        new Linear(CLASSES)),
                IMAGE,
                backend,
                1);
    }

    private static Trainer trainer(Model model) {
        return new Trainer(model, new CrossEntropy(), new Sgd(0.1)).batch(8).epochs(2);
    }

    @Test
    void stepsAndGradients() throws IOException {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            RunRecorder recorder =
                    new RunRecorder(folder, model, Map.of("seed", "1"), List.of("a", "b", "c"));
            trainer(model).listener(recorder).fit(data());
            Measured kept = Run.measured(folder.resolve(Measured.FILE));
            assertEquals(Map.of("seed", "1"), kept.settings());
            assertEquals(List.of("a", "b", "c"), kept.classes());
            assertEquals(6, kept.steps().size());
            assertEquals(1.0 / 3, kept.steps().get(0).epoch(), 1e-12);
            assertEquals(2, kept.steps().get(5).epoch());
            assertEquals(0.1, kept.steps().get(5).learningRate());
            assertEquals(2, kept.gradients().size());
            double sum = 0;
            for (double dw : model.gradient("4.weight")) {
                sum += dw * dw;
            }
            assertEquals(Math.sqrt(sum), kept.gradients().get(1).norms().get("4.weight"), 1e-15);
        }
    }

    @Test
    void anEarlierPartOfTheRunGoesOn() throws IOException {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            trainer(model)
                    .listener(new RunRecorder(folder, model, Map.of(), List.of()))
                    .fit(data());
            RunRecorder more = new RunRecorder(folder, model, Map.of(), List.of());
            more.save();
            assertEquals(6, Run.measured(folder.resolve(Measured.FILE)).steps().size());
        }
    }

    /** As a run that goes on from a checkpoint that is older than the page. */
    @Test
    void stepsThatAreRunAgainCountOnce() {
        StepCurve curve = new StepCurve(List.of());
        for (int i = 1; i <= 6; i++) {
            curve.add(i / 4.0, 10, 1);
        }
        for (int i = 4; i <= 8; i++) {
            curve.add(i / 4.0, 20, 1);
        }
        assertEquals(
                List.of(10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 20.0, 20.0),
                curve.points().stream().map(StepMean::loss).toList());
        assertEquals(2, curve.points().get(7).epoch());
    }

    @Test
    void theWorstMistakesAreThoseWithTheLargestLoss() throws IOException {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            ArrayDataset data = data();
            List<Mistake> all = new ArrayList<>();
            for (int i = 0; i < SAMPLES; i++) {
                double[] x = new double[16];
                data.sample(i, x, 0);
                double[] p = softmax(model.predict(x));
                int best = p[0] >= p[1] && p[0] >= p[2] ? 0 : p[1] >= p[2] ? 1 : 2;
                if (best != data.label(i)) {
                    all.add(
                            new Mistake(
                                    i, data.label(i), best, p[best], p[data.label(i)], null, null));
                }
            }
            all.sort(Comparator.comparingDouble(Mistake::probabilityOfLabel));
            assertTrue(all.size() > 6, "mistakes " + all.size());
            List<Mistake> found = Mistakes.find(model, data, 6, 5, i -> "text " + i);
            assertEquals(5, found.size());
            for (int i = 0; i < 5; i++) {
                assertEquals(all.get(i).index(), found.get(i).index());
                assertEquals(all.get(i).predicted(), found.get(i).predicted());
                assertEquals(all.get(i).probability(), found.get(i).probability(), 1e-12);
                assertEquals(
                        all.get(i).probabilityOfLabel(), found.get(i).probabilityOfLabel(), 1e-12);
                assertEquals("text " + all.get(i).index(), found.get(i).text());
                assertNotNull(found.get(i).picture());
            }
        }
    }

    private static double[] softmax(double... logits) {
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        return Arrays.stream(logits).map(z -> Math.exp(z) / sum).toArray();
    }

    @Test
    void timingChangesNothing() {
        for (String device : List.of("reference", "cpu")) {
            try (Backend backend = Backends.open(device);
                    Model model = model(backend)) {
                trainer(model).fit(data());
                Map<String, double[]> before = values(model);
                List<LayerTime> times = LayerTime.measure(trainer(model), data(), 0.01);
                before.forEach(
                        (name, values) -> assertArrayEquals(values, model.parameter(name), name));
                assertTrue(times.stream().anyMatch(time -> time.operations().startsWith("Conv2d")));
                assertTrue(times.stream().allMatch(time -> time.forwardSeconds() > 0));
                assertEquals("4", times.get(times.size() - 2).layer());
                assertTrue(times.get(times.size() - 2).backwardSeconds() > 0);
            }
        }
    }

    private static Map<String, double[]> values(Model model) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.names().forEach(name -> values.put(name, model.parameter(name)));
        return values;
    }

    @Test
    void manyStepsBecomeFewPointsOfTheSameMean() {
        StepCurve curve = new StepCurve(List.of());
        double sum = 0;
        for (int i = 1; i <= 10_001; i++) {
            sum += i * i;
            curve.add(i / 100.0, (double) i * i, 1.0 / i);
        }
        List<StepMean> points = curve.points();
        assertTrue(points.size() <= 801 && points.size() > 390, "points " + points.size());
        assertEquals(10_001, points.stream().mapToInt(StepMean::steps).sum());
        double weighted = points.stream().mapToDouble(p -> p.steps() * p.loss()).sum();
        assertEquals(1, weighted / sum, 1e-9);
        assertEquals(100.01, points.get(points.size() - 1).epoch());
        assertEquals(1.0 / 10_001, points.get(points.size() - 1).learningRate());
    }

    @Test
    void ticksAreRoundAndWithinTheAxis() {
        assertEquals(
                List.of(0.0, 1.0, 2.0, 3.0),
                Axis.between(0, 3).ticks().stream().filter(t -> t == Math.rint(t)).toList());
        for (double[] ends : new double[][] {{0, 1}, {0.93, 0.9934}, {-3, 1e6}, {1e-9, 2e-9}}) {
            Axis axis = Axis.of(Arrays.stream(ends));
            assertTrue(axis.low() <= ends[0] && axis.high() >= ends[1], axis.toString());
            List<String> labels = axis.ticks().stream().map(axis::label).toList();
            assertTrue(labels.size() >= 3 && labels.size() <= 8, labels.toString());
            assertEquals(labels.size(), labels.stream().distinct().count(), labels.toString());
        }
        Axis powers = Axis.logarithmic(Arrays.stream(new double[] {0, 1e-6, 10, Double.NaN}));
        assertEquals(0, powers.position(1e-6), 1e-12);
        assertEquals(4.0 / 7, powers.position(1e-2), 1e-12);
        assertTrue(powers.ticks().size() >= 3, powers.ticks().toString());
        Axis one = Axis.of(Arrays.stream(new double[] {5, 5}));
        assertEquals(0.5, one.position(5), 1e-12);
    }
}
