package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The range test where the answer is known, and listeners that change the rate. */
class LearningRateTest {
    private static final double X = 2;

    /** The loss {@code (w·x + b − y)²} has the curvature {@code 2(x² + 1)} along its gradient. */
    private static final double CURVATURE = 2 * (X * X + 1);

    private static Dataset one() {
        return ColumnDataset.ofInput("x", Shape.of(1), new double[][] {{X}})
                .target("y", Shape.of(1), new double[][] {{7}});
    }

    /**
     * Gradient descent at rate r multiplies the error of a quadratic by 1 − r·a, and its loss by
     * the square of that: so each loss of the test is known, and the least one follows the largest
     * rate that is not above 2/a.
     */
    @Test
    void onAQuadraticEachLossIsKnown() {
        LearningRateFinder finder =
                new LearningRateFinder().range(0.02, 0.6).steps(30).smoothing(0);
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(1), Shape.of(1), backend, 3)) {
            double error = model.predict(new double[] {X})[0] - 7;
            Trainer trainer = new Trainer(model, new MseLoss(), new Sgd(0.5)).batch(1);
            LearningRateFinder.Result result = finder.find(trainer, one());
            double ratio = Math.pow(30, 1 / 29.0);
            double least = Double.POSITIVE_INFINITY;
            double best = 0;
            for (int i = 0; i < result.points().size(); i++) {
                LearningRateFinder.Point point = result.points().get(i);
                assertEquals(1, point.rate() / (0.02 * Math.pow(ratio, i)), 1e-12);
                assertEquals(1, point.loss() / (error * error), 1e-6);
                if (point.loss() < least) {
                    least = point.loss();
                    best = point.rate();
                }
                error *= 1 - point.rate() * CURVATURE;
            }
            assertTrue(result.diverged());
            // The loss of a step tells of the rates before it: the least is behind the first step
            // with a rate above 2/a.
            double limit = 2 / CURVATURE;
            assertTrue(best >= limit && best <= limit * ratio * ratio, best + " and " + limit);
            assertEquals(best / 10, result.minimumOverTen().getAsDouble());
        }
    }

    /** fastai's running average: lerp, without the bias towards 0 of its beginning. */
    @Test
    void lossesAreSmoothed() {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(1), Shape.of(1), backend, 3)) {
            Trainer trainer = new Trainer(model, new MseLoss(), new Sgd(1)).batch(1);
            List<LearningRateFinder.Point> points =
                    new LearningRateFinder().smoothing(0.5).find(trainer, one()).points();
            double a = points.get(0).loss();
            double b = points.get(1).loss();
            double c = points.get(2).loss();
            assertEquals(a, points.get(0).smoothed(), 1e-12);
            assertEquals((a + 2 * b) / 3, points.get(1).smoothed(), 1e-12);
            assertEquals((a + 2 * b + 4 * c) / 7, points.get(2).smoothed(), 1e-12);
        }
    }

    private static LearningRateFinder.Point point(double rate, double smoothed) {
        return new LearningRateFinder.Point(rate, smoothed, smoothed);
    }

    @Test
    void suggestions() {
        LearningRateFinder.Result result =
                new LearningRateFinder.Result(
                        List.of(
                                point(1, 9),
                                point(2, 8),
                                point(4, 5),
                                point(8, 4),
                                point(16, 3),
                                point(32, 7)),
                        true);
        assertEquals(2, result.steepest().getAsDouble());
        assertEquals(1.6, result.minimumOverTen().getAsDouble());
        LearningRateFinder.Result rising =
                new LearningRateFinder.Result(List.of(point(1, 2), point(2, 3)), true);
        assertTrue(rising.steepest().isEmpty());
        assertTrue(rising.minimumOverTen().isEmpty());
    }

    private static ArrayDataset classes() {
        Random random = new Random(5);
        double[][] x = new double[23][2];
        int[] labels = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            labels[i] = i % 3;
            x[i][0] = labels[i] + random.nextGaussian();
            x[i][1] = random.nextGaussian();
        }
        return ArrayDataset.of(x, labels, Shape.of(2));
    }

    private static Model network(Backend backend) {
        return Model.create(
                new Sequential(
                        new Linear(8),
                        new BatchNorm(),
                        new Relu(),
                        new Dropout(0.5),
                        new Linear(3)),
                Shape.of(2),
                backend,
                1);
    }

    private static double[] all(Model model) {
        return model.names().stream()
                .flatMapToDouble(name -> Arrays.stream(model.parameter(name)))
                .toArray();
    }

    /** A training behind the test is what it is without it, bit for bit: dropout, order, all. */
    @Test
    void theTestLeavesNoTrace() {
        double[][] trained = new double[2][];
        for (int i = 0; i < 2; i++) {
            try (Backend backend = Backends.open("reference");
                    Model model = network(backend)) {
                Trainer trainer =
                        new Trainer(model, new CrossEntropy(), new Adam(0.01)).batch(5).epochs(2);
                trainer.fit(classes());
                double[] before = all(model);
                if (i == 1) {
                    LearningRateFinder.Result result =
                            new LearningRateFinder().range(1e-3, 1e6).find(trainer, classes());
                    assertTrue(result.points().size() > 5);
                    assertArrayEquals(before, all(model));
                }
                trainer.fit(classes());
                trained[i] = all(model);
            }
        }
        assertArrayEquals(trained[0], trained[1]);
    }

    /** What a training freezes for its first epochs is frozen for all of the test. */
    @Test
    void ratesRiseAcrossEpochsThatFreeze() {
        try (Backend backend = Backends.open("reference");
                Model model = network(backend)) {
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Sgd(0.01))
                            .batch(5)
                            .freeze(Freezing.of("0.*").until(1));
            LearningRateFinder finder = new LearningRateFinder().range(1e-6, 1e-3).steps(20);
            List<LearningRateFinder.Point> points = finder.find(trainer, classes()).points();
            assertEquals(20, points.size());
            for (int i = 0; i < 20; i++) {
                assertEquals(1, points.get(i).rate() / (1e-6 * Math.pow(1e3, i / 19.0)), 1e-12);
            }
        }
    }

    @Test
    void whatCannotBeTriedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LearningRateFinder().range(1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new LearningRateFinder().steps(1));
        assertThrows(IllegalArgumentException.class, () -> new LearningRateFinder().smoothing(1));
        try (Backend backend = Backends.open("reference");
                Model model = network(backend)) {
            Trainer still = new Trainer(model, new CrossEntropy(), new Sgd(0)).batch(5);
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> new LearningRateFinder().find(still, classes()));
            assertTrue(e.getMessage().contains("above 0"), e.getMessage());
        }
    }

    /** Halves the rate after three steps, takes one of its own from the sixth to the ninth. */
    private static final class Changing implements TrainingListener {
        private final List<Double> rates = new ArrayList<>();
        private TrainingControl control;

        @Override
        public void onStart(TrainingControl given) {
            control = given;
        }

        @Override
        public Next onStep(StepResult step) {
            rates.add(step.learningRate());
            switch (rates.size()) {
                case 3 -> control.setLearningRateFactor(0.5);
                case 5 -> control.setLearningRate(0.02);
                case 8 -> control.followSchedule();
                default -> {}
            }
            return Next.CONTINUE;
        }
    }

    private static final double[] RATES = {0.1, 0.1, 0.1, 0.05, 0.05, 0.02, 0.02, 0.02, 0.05, 0.05};

    /** On a GPU the third step is recorded, and the rates change behind it. */
    @Test
    void aListenerChangesTheRate() {
        List<String> devices = new ArrayList<>(List.of("reference", "cpu"));
        if (Backends.provider(Required.cuda()).probe().usable()) {
            devices.add(Required.cuda());
        }
        for (String device : devices) {
            double[][] trained = new double[2][];
            for (int i = 0; i < 2; i++) {
                try (Backend backend = Backends.open(device);
                        Model model = network(backend)) {
                    Trainer trainer =
                            new Trainer(model, new CrossEntropy(), new Sgd(0.1).momentum(0.9))
                                    .batch(5)
                                    .epochs(2);
                    if (i == 0) {
                        Changing listener = new Changing();
                        trainer.listener(listener).fit(classes());
                        assertArrayEquals(
                                RATES,
                                listener.rates.stream().mapToDouble(r -> r).toArray(),
                                1e-15,
                                device);
                    } else {
                        trainer.schedule((step, each, epochs) -> RATES[(int) step] / 0.1)
                                .fit(classes());
                    }
                    trained[i] = all(model);
                }
            }
            assertArrayEquals(trained[0], trained[1], 1e-6, device);
            assertFalse(Arrays.equals(trained[0], unchanged(device)), device);
        }
    }

    private static double[] unchanged(String device) {
        try (Backend backend = Backends.open(device);
                Model model = network(backend)) {
            new Trainer(model, new CrossEntropy(), new Sgd(0.1).momentum(0.9))
                    .batch(5)
                    .epochs(2)
                    .fit(classes());
            return all(model);
        }
    }
}
