package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.bind.LayerException;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Checks values by hand, and that every misuse is the documented exception. */
class ModelTest {
    private static final Layer NETWORK = new Sequential(new Dropout(0.5), new Linear(2));

    private Backend backend;
    private Model model;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 1);
        model = Model.create(NETWORK, Shape.of(3), backend, 0);
        model.setParameter("1.weight", 1, 2, 3, -1, 0, 1);
        model.setParameter("1.bias", 0.5, -0.5);
    }

    @AfterEach
    void close() {
        model.close();
        backend.close();
    }

    /** The first binding decides how parameters are laid out: training's, if that comes first. */
    @Test
    void parametersHaveNoMemoryBeforeTheyAreUsed() {
        try (Model fresh = Model.create(NETWORK, Shape.of(3), backend, 0)) {
            assertEquals(List.of("1.weight", "1.bias"), fresh.names());
            assertFalse(fresh.declared().allocated());
            double[] first = fresh.parameter("1.weight");
            assertTrue(fresh.declared().allocated());
            try (Model trained = Model.create(NETWORK, Shape.of(3), backend, 0);
                    TrainStep step = new TrainStep(trained, new MseLoss(), new Sgd(0.1), 2)) {
                assertEquals(2, step.batch());
                assertTrue(trained.declared().allocated());
                assertArrayEquals(first, trained.parameter("1.weight"));
            }
            try (Model shown = Model.create(NETWORK, Shape.of(3), backend, 0)) {
                assertArrayEquals(first, shown.parameters().get("1.weight").toArray());
            }
        }
    }

    /** Inference: dropout lets everything through. */
    @Test
    void predictsAnyNumberOfSamples() {
        assertArrayEquals(new double[] {14.5, 1.5}, model.predict(new double[] {1, 2, 3}));
        for (int n : new int[] {2, 13, 1, 4, 5, 6, 2, 13}) {
            double[] batch = new double[3 * n];
            batch[3 * n - 1] = 1;
            double[] y = model.predict(batch);
            assertEquals(2 * n, y.length);
            assertEquals(3.5, y[2 * n - 2]);
            assertEquals(0.5, y[2 * n - 1]);
        }
    }

    @Test
    void tellsShapesAndNames() {
        assertEquals(Shape.of(3), model.sampleShape());
        assertEquals(Shape.of(2), model.outputShape());
        assertEquals(List.of("1.weight", "1.bias"), model.names());
        double[] copy = model.parameter("1.bias");
        copy[0] = 99;
        assertEquals(0.5, model.parameter("1.bias")[0]);
    }

    /** y = (14, 2) is off by (1, −2): the mean of squares has the gradient 2·(1, −2) / 2. */
    @Test
    void tellsGradientsAfterAStep() {
        Model plain = Model.create(new Linear(2), Shape.of(3), backend, 0);
        plain.setParameter("weight", 1, 2, 3, -1, 0, 1);
        plain.setParameter("bias", 0, 0);
        try (plain;
                TrainStep step = new TrainStep(plain, new MseLoss(), new Sgd(0), 1)) {
            step.run(new double[] {1, 2, 3}, new double[] {13, 4});
            assertEquals((1.0 + 4) / 2, step.loss());
            assertArrayEquals(new double[] {1, -2}, plain.gradient("bias"));
            assertArrayEquals(new double[] {1, 2, 3, -2, -4, -6}, plain.gradient("weight"));
        }
    }

    @Test
    void aWrongShapeNamesTheLayer() {
        Layer deep = new Sequential(new Flatten(), new Sequential(new Linear(2), new Conv2d(4, 3)));
        LayerException e =
                assertThrows(
                        LayerException.class,
                        () -> Model.create(deep, Shape.of(1, 5, 5), backend, 0));
        assertEquals("1.1", e.path());
    }

    @Test
    void inputsAreChecked() {
        refused("input: expected 1 or more samples", () -> model.predict(new double[0]));
        refused("got 4 values", () -> model.predict(new double[4]));
        refused("input", () -> model.predict(new double[] {1, Double.NaN, 2}));
        refused("Infinity at element 5", () -> model.predict(infinite(6)));
        refused("1.bias", () -> model.setParameter("1.bias", 1));
        refused("1.bias", () -> model.setParameter("1.bias", 1, Double.NaN));
        refused("[1.weight, 1.bias], got 2.bias", () -> model.parameter("2.bias"));
        refused("got 2.bias", () -> model.gradient("2.bias"));
        assertArrayEquals(new double[] {0.5, -0.5}, model.parameter("1.bias"));
    }

    @Test
    void stepsCheckTheirInputs() {
        refused("at least 1 sample", () -> new TrainStep(model, new MseLoss(), new Sgd(1), 0));
        TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(1), 2);
        double[] x = {1, 2, 3, 4, 5, 6};
        double[] before = model.parameter("1.weight");
        refused("input: expected 6 values", () -> step.run(new double[3], new int[2]));
        refused("input: expected 6 values", () -> step.run(new double[0], new int[0]));
        refused("input: expected finite", () -> step.run(infinite(6), new int[2]));
        refused("target: expected 2 labels, got 1", () -> step.run(x, new int[1]));
        refused("0 to 1, got 2 for sample 1", () -> step.run(x, new int[] {0, 2}));
        refused("0 to 1, got -1 for sample 0", () -> step.run(x, new int[] {-1, 0}));
        refused("got values; pass what", () -> step.run(x, new double[2]));
        refused("learning rate", () -> step.setLearningRate(Double.NaN));
        TrainStep regression = new TrainStep(model, new MseLoss(), new Sgd(1), 2);
        refused("got labels; pass what", () -> regression.run(x, new int[2]));
        refused("target: expected 4 values", () -> regression.run(x, new double[2]));
        refused("target: expected finite", () -> regression.run(x, infinite(4)));
        assertArrayEquals(before, model.parameter("1.weight"));
        assertEquals(0, model.steps());
    }

    @Test
    void useAfterCloseIsAnError() {
        TrainStep closedStep = new TrainStep(model, new CrossEntropy(), new Sgd(1), 1);
        TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(1), 1);
        closedStep.close();
        closedStep.close();
        illegal("TrainStep: used after close()", () -> closedStep.run(new double[3], new int[1]));
        illegal("TrainStep: used after close()", closedStep::loss);
        model.close();
        model.close();
        illegal("Model: used after close()", () -> model.predict(new double[3]));
        illegal("Model: used after close()", () -> model.parameter("1.bias"));
        illegal("Model: used after close()", () -> model.gradient("1.bias"));
        illegal("Model: used after close()", () -> model.setParameter("1.bias", 1, 2));
        illegal("Model: used after close()", () -> step.run(new double[3], new int[1]));
        illegal("Model: used after close()", step::loss);
        illegal(
                "Model: used after close()",
                () -> new TrainStep(model, new CrossEntropy(), new Sgd(1), 1));
        Trainer trainer = new Trainer(model, new CrossEntropy(), new Sgd(1));
        LabelledDataset dataset = ArrayDataset.of(new double[1][3], new int[1], Shape.of(3));
        illegal("Model: used after close()", () -> trainer.fit(dataset));
        illegal("Model: used after close()", () -> trainer.evaluate(dataset));
        step.close();
    }

    /** One thread stays inside fit() while this one calls everything. */
    @Test
    @Timeout(30)
    void twoThreadsAtOnceAreAnError() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(1), 1);
        LabelledDataset dataset = ArrayDataset.of(new double[1][3], new int[1], Shape.of(3));
        TrainingListener waiting =
                new TrainingListener() {
                    @Override
                    public Next onEpoch(EpochResult epoch) {
                        model.parameter("1.bias"); // this thread may
                        inside.countDown();
                        await(leave);
                        return Next.CONTINUE;
                    }
                };
        Trainer trainer = new Trainer(model, new CrossEntropy(), new Sgd(1));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(() -> trainer.listener(waiting).fit(dataset), "other");
        other.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        other.start();
        await(inside);
        String message = "Model: expected one thread at a time";
        illegal(message, () -> model.predict(new double[3]));
        illegal(message, () -> model.parameter("1.bias"));
        illegal(message, () -> model.setParameter("1.bias", 0, 0));
        illegal(message, () -> step.run(new double[3], new int[1]));
        illegal(message, step::close);
        illegal(message, () -> trainer.fit(dataset));
        illegal(message, () -> trainer.evaluate(dataset));
        illegal(message, model::close);
        leave.countDown();
        other.join();
        assertEquals(null, failure.get());
        assertNotNull(model.predict(new double[3]));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double[] infinite(int count) {
        double[] values = new double[count];
        values[count - 1] = Double.POSITIVE_INFINITY;
        return values;
    }

    private static void refused(String message, Executable call) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    private static void illegal(String message, Executable call) {
        IllegalStateException e = assertThrows(IllegalStateException.class, call);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
}
