package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.ReduceOnPlateau;
import io.retrograd.optim.Schedule;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks what steers a training: learning rates, early stopping, listeners, divergence. */
class TrainerControlTest {
    private static final Layer MLP = new Sequential(new Linear(32), new Tanh(), new Linear(3));

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
    void scheduleAndPlateauMultiplyTheLearningRate() {
        List<Double> rates = new ArrayList<>();
        TrainingListener spy =
                new TrainingListener() {
                    @Override
                    public Next onEpoch(EpochResult epoch) {
                        rates.add(epoch.learningRate());
                        return Next.CONTINUE;
                    }
                };
        try (Model model = model(new Linear(3))) {
            new Trainer(model, new CrossEntropy(), new Sgd(0.5))
                    .epochs(4)
                    .schedule(Schedule.step(2, 0.5))
                    .reduceOnPlateau(new ReduceOnPlateau(0.1, 0, 0.999, 0, 0))
                    .listener(spy)
                    .fit(Points.of(13));
        }
        // The first epoch is good, no other falls by 99.9 %: the plateau's factor from the third
        // on.
        assertArrayEquals(
                new double[] {0.5, 0.5, 0.025, 0.0025},
                rates.stream().mapToDouble(Double::doubleValue).toArray(),
                1e-17);
    }

    /** With a learning rate of 0 no epoch is better than the first. */
    @Test
    void stopsEarly() {
        try (Model model = model(MLP)) {
            History history =
                    new Trainer(model, new CrossEntropy(), new Sgd(0))
                            .batch(13)
                            .epochs(10)
                            .earlyStop(2)
                            .validation(Points.of(5))
                            .fit(Points.of(13));
            assertEquals(History.End.EARLY_STOP, history.end());
            assertEquals(3, history.epochs().size());
        }
    }

    /** Keeps the weights after each epoch. */
    private static TrainingListener keeping(List<double[]> weights, Model model) {
        return new TrainingListener() {
            @Override
            public Next onEpoch(EpochResult epoch) {
                weights.add(model.parameter("0.weight"));
                return Next.CONTINUE;
            }
        };
    }

    @Test
    void restoresTheBestEpochOnlyWhenAsked() {
        for (boolean restore : new boolean[] {true, false}) {
            List<double[]> weights = new ArrayList<>();
            try (Model model = model(MLP)) {
                Trainer trainer =
                        new Trainer(model, new CrossEntropy(), new Sgd(6))
                                .batch(4)
                                .epochs(6)
                                .validation(Points.of(9))
                                .listener(keeping(weights, model));
                History history = (restore ? trainer.restoreBest() : trainer).fit(Points.of(13));
                int best = 0;
                for (int e = 1; e < 6; e++) {
                    if (loss(history, e) < loss(history, best)) {
                        best = e;
                    }
                }
                assertNotEquals(5, best, "the last epoch must not be the best for this test");
                assertArrayEquals(weights.get(restore ? best : 5), model.parameter("0.weight"));
            }
        }
    }

    /** The best epoch is the first: a large rate makes every other worse. */
    @Test
    void earlyStopGivesTheBestEpochBackUnlessToldOtherwise() {
        for (boolean last : new boolean[] {true, false}) {
            List<double[]> weights = new ArrayList<>();
            try (Model model = model(MLP)) {
                Trainer trainer =
                        new Trainer(model, new CrossEntropy(), new Sgd(6))
                                .batch(4)
                                .epochs(20)
                                .earlyStop(2)
                                .validation(Points.of(9))
                                .listener(keeping(weights, model));
                History history = (last ? trainer.keepLast() : trainer).fit(Points.of(13));
                assertEquals(History.End.EARLY_STOP, history.end());
                int best = history.best().epoch();
                assertEquals(history.epochs().size() - 2, best);
                int kept = last ? history.epochs().size() : best;
                assertArrayEquals(weights.get(kept - 1), model.parameter("0.weight"));
            }
        }
    }

    private static double loss(History history, int epoch) {
        return history.epochs().get(epoch).monitoredLoss();
    }

    @Test
    void listenersStopTraining() {
        try (Model model = model(MLP)) {
            TrainingListener afterSeven =
                    new TrainingListener() {
                        @Override
                        public Next onStep(StepResult step) {
                            return model.steps() == 7 ? Next.STOP : Next.CONTINUE;
                        }
                    };
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Sgd(0.1)).batch(5).epochs(9);
            History history = trainer.listener(afterSeven).fit(Points.of(13));
            assertEquals(History.End.LISTENER, history.end());
            assertEquals(2, history.epochs().size());
            assertEquals(7, model.steps());

            TrainingListener afterOneEpoch =
                    new TrainingListener() {
                        @Override
                        public Next onEpoch(EpochResult epoch) {
                            assertNull(epoch.validation());
                            return Next.STOP;
                        }
                    };
            history = trainer.listener(afterOneEpoch).fit(Points.of(13));
            assertEquals(History.End.LISTENER, history.end());
            assertEquals(1, history.epochs().size());
        }
    }

    /** The learning rate explodes in epoch 3: the model goes back to the end of epoch 2. */
    @Test
    void divergenceIsAnErrorThatLosesNothing() {
        List<double[]> weights = new ArrayList<>();
        try (Model model = model(MLP)) {
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Sgd(1))
                            .batch(5)
                            .epochs(5)
                            .schedule((step, perEpoch, epochs) -> step < 7 ? 0.1 : 1e308)
                            .listener(keeping(weights, model));
            DivergenceException e =
                    assertThrows(DivergenceException.class, () -> trainer.fit(Points.of(13)));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains("step 9 (epoch 3"), message);
            assertTrue(message.contains("lower the learning rate"), message);
            assertEquals(2, e.history().epochs().size());
            assertEquals(History.End.DIVERGED, e.history().end());
            assertArrayEquals(weights.get(1), model.parameter("0.weight"));
        }
    }

    private Model model(Layer network) {
        return Model.create(network, Shape.of(2), backend, 1);
    }
}
