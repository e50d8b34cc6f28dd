package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trains small networks on points of the plane with random labels. */
class TrainerTest {
    private static final Layer MLP = new Sequential(new Linear(32), new Tanh(), new Linear(3));
    private static final Layer DROPPING =
            new Sequential(new Linear(13), new Tanh(), new Dropout(0.3), new Linear(3));

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 1);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void overfitsRandomLabels() {
        LabelledDataset points = Points.of(16);
        try (Model model = model(MLP)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(0.1)).batch(16);
            double before = trainer.evaluate(points).loss();
            History history = trainer.epochs(400).fit(points);
            Evaluation after = trainer.evaluate(points);
            assertTrue(before > 0.9, "before " + before);
            assertTrue(after.loss() < 0.01, "after " + after.loss());
            assertEquals(1, after.accuracy());
            assertEquals(1, history.last().accuracy());
            assertEquals(16, after.confusion().total());
        }
    }

    @Test
    void historyTellsEachEpoch() {
        try (Model model = model(MLP)) {
            History history =
                    new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                            .batch(5)
                            .epochs(3)
                            .l1(0.5)
                            .l2(0.25)
                            .validation(Points.of(7))
                            .fit(Points.of(13));
            assertEquals(History.End.FINISHED, history.end());
            assertEquals(3, history.epochs().size());
            for (int e = 0; e < 3; e++) {
                EpochResult result = history.epochs().get(e);
                assertEquals(e + 1, result.epoch());
                assertEquals(3L * (e + 1), result.steps());
                assertEquals(0.1, result.learningRate());
                assertTrue(result.loss() > 0 && result.penalty() > 0);
                assertTrue(result.seconds() > 0 && result.samplesPerSecond() > 0);
                Evaluation validation = validation(result);
                assertEquals(7, validation.confusion().total());
                assertEquals(validation.loss(), result.monitoredLoss());
            }
            double penalty = 0;
            for (String weight : List.of("0.weight", "2.weight")) {
                for (double w : model.parameter(weight)) {
                    penalty += 0.5 * Math.abs(w) + 0.125 * w * w;
                }
            }
            assertEquals(penalty, history.last().penalty(), 1e-13 * penalty);
        }
    }

    /** A linear model's epoch over 13 samples in batches of 5, 5 and 3, by hand. */
    @Test
    void trainsTheLastSmallerBatch() {
        List<Integer> sizes = new ArrayList<>();
        TrainingListener counter =
                new TrainingListener() {
                    @Override
                    public Next onStep(StepResult step) {
                        sizes.add(step.samples());
                        assertEquals(sizes.size(), step.step());
                        assertEquals(3, step.stepsPerEpoch());
                        return Next.CONTINUE;
                    }
                };
        try (Model model = model(new Linear(3))) {
            new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                    .batch(5)
                    .listener(counter)
                    .fit(Points.of(13));
            assertEquals(List.of(5, 10, 13), sizes);
            assertEquals(3, model.steps());
        }
    }

    /** Each sample is trained on once an epoch, in another order each epoch, the same each run. */
    @Test
    void shufflesByTheSeed() {
        List<Integer> first = visits(1);
        assertEquals(first, visits(1));
        assertNotEquals(first, visits(2));
        List<Integer> epoch1 = first.subList(0, 13);
        List<Integer> epoch2 = first.subList(13, 26);
        assertNotEquals(epoch1, epoch2);
        assertEquals(13, new TreeSet<>(epoch1).size());
        assertEquals(13, new TreeSet<>(epoch2).size());
    }

    private List<Integer> visits(long seed) {
        List<Integer> visits = new ArrayList<>();
        LabelledDataset points = Points.of(13);
        LabelledDataset spy =
                new LabelledDataset() {
                    @Override
                    public int size() {
                        return points.size();
                    }

                    @Override
                    public Shape sampleShape() {
                        return points.sampleShape();
                    }

                    @Override
                    public int classes() {
                        return points.classes();
                    }

                    @Override
                    public void sample(int index, double[] into, int offset) {
                        visits.add(index);
                        points.sample(index, into, offset);
                    }

                    @Override
                    public int label(int index) {
                        return points.label(index);
                    }
                };
        try (Model model = model(new Linear(3))) {
            new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                    .batch(5)
                    .epochs(2)
                    .seed(seed)
                    .fit(spy);
        }
        return visits;
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        double[] once = trained(1, 7);
        assertArrayEquals(once, trained(1, 7));
        assertArrayEquals(once, trained(3, 7));
        assertFalse(Arrays.equals(once, trained(1, 8)));
    }

    private static double[] trained(int threads, long seed) {
        try (Backend own = Backends.open("reference", "float64", threads);
                Model model = Model.create(DROPPING, Shape.of(2), own, 5)) {
            new Trainer(model, new CrossEntropy(), new Adam(0.01))
                    .batch(5)
                    .epochs(3)
                    .seed(seed)
                    .augment(TrainerTest::jitter)
                    .fit(Points.of(13));
            return model.parameter("3.weight");
        }
    }

    @Test
    void augmentsEachSampleWithADrawOfItsOwn() {
        TreeSet<Long> draws = new TreeSet<>();
        try (Model model = model(MLP)) {
            new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                    .batch(5)
                    .epochs(3)
                    .seed(7)
                    .augment(
                            (values, offset, shape, seed, draw) -> {
                                assertEquals(7, seed);
                                assertEquals(Shape.of(2), shape);
                                draws.add(draw);
                            })
                    .fit(Points.of(13));
        }
        assertEquals(39, draws.size());
    }

    private static void jitter(double[] values, int offset, Shape shape, long seed, long draw) {
        for (int i = 0; i < shape.size(); i++) {
            values[offset + i] += 0.01 * Philox.normal(seed, draw, i);
        }
    }

    /** From the same parameters the same result; of one sample, which has no order. */
    @Test
    void fitStartsTheOptimizerFromNothing() {
        try (Model model = model(MLP)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(0.01));
            Snapshot initial = new Snapshot(model.parameters());
            trainer.epochs(2).fit(Points.of(1));
            double[] first = model.parameter("0.weight");
            initial.restore();
            trainer.epochs(2).fit(Points.of(1));
            assertArrayEquals(first, model.parameter("0.weight"));
        }
    }

    @Test
    void clippingBoundsTheStep() {
        try (Model model = model(MLP)) {
            double[] before = model.parameter("0.bias");
            new Trainer(model, new CrossEntropy(), new Sgd(1))
                    .batch(13)
                    .clipValue(1e-4)
                    .fit(Points.of(13));
            double[] after = model.parameter("0.bias");
            for (int i = 0; i < before.length; i++) {
                assertEquals(before[i], after[i], 1.001e-4);
            }
            new Trainer(model, new CrossEntropy(), new Sgd(1))
                    .batch(13)
                    .clipNorm(1e-3)
                    .fit(Points.of(13));
            double squares = 0;
            for (String name : model.names()) {
                for (double g : model.gradient(name)) {
                    squares += g * g;
                }
            }
            assertEquals(1e-3, Math.sqrt(squares), 2e-6);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Model model = model(MLP);
                Model image = Model.create(new Linear(3), Shape.of(4, 2), backend, 0)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Sgd(0.1));
            LabelledDataset wide =
                    ArrayDataset.of(new double[][] {{1, 2, 3}}, new int[] {0}, Shape.of(3));
            LabelledDataset many =
                    ArrayDataset.of(new double[][] {{1, 2}}, new int[] {3}, Shape.of(2));
            refused("(2), got (3)", () -> trainer.fit(wide));
            refused("(2), got (3)", () -> trainer.evaluate(wide));
            refused("at most 3 classes", () -> trainer.fit(many));
            refused("at most 3 classes", () -> trainer.validation(many).fit(Points.of(4)));
            refused("batch must be at least 1", () -> trainer.batch(0));
            refused("epochs must be at least 1", () -> trainer.epochs(0));
            refused("early stop must be at least 1", () -> trainer.earlyStop(0));
            refused("clip norm must be above 0", () -> trainer.clipNorm(0));
            refused("l1 must be at least 0", () -> trainer.l1(-1));
            refused(
                    "target \"target\" of shape (3) a sample, got ()",
                    () -> new Trainer(model, new MseLoss(), new Sgd(0.1)).fit(Points.of(4)));
            LabelledDataset images =
                    ArrayDataset.of(new double[1][8], new int[] {0}, Shape.of(4, 2));
            refused(
                    "target \"target\" of shape (4, 3) a sample, got ()",
                    () -> new Trainer(image, new MseLoss(), new Sgd(0.1)).fit(images));
        }
    }

    private static Evaluation validation(EpochResult result) {
        Evaluation validation = result.validation();
        if (validation == null) {
            throw new AssertionError("no validation");
        }
        return validation;
    }

    private static void refused(String message, Runnable call) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    private Model model(Layer network) {
        return Model.create(network, Shape.of(2), backend, 1);
    }
}
