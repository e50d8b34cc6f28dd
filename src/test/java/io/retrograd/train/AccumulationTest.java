package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Muon;
import io.retrograd.optim.ParameterGroup;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates after several batches, against updates after one large one of the same samples. */
class AccumulationTest {
    private static final Layer NETWORK = new Sequential(new Linear(7), new Relu(), new Linear(3));

    /** Roundings of a mean of means, over some 20 steps of at most 0.01. Measured worst: 2e-16. */
    private static final double ROUNDINGS = 1e-14;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 1);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** All parameters after training. */
    private double[] trained(Dataset data, UnaryOperator<Trainer> change) {
        try (Model model = Model.create(NETWORK, Shape.of(2), backend, 3)) {
            Trainer trainer =
                    new Trainer(
                                    model,
                                    new CrossEntropy(),
                                    new Adam(0.01)
                                            .weightDecay(0.1)
                                            .group(ParameterGroup.vectors().weightDecay(0)))
                            .epochs(3)
                            .schedule(Schedule.cosine())
                            .clipNorm(0.1)
                            .l2(0.01);
            change.apply(trainer).fit(data);
            return elements(model);
        }
    }

    private static double[] elements(Model model) {
        return model.names().stream()
                .flatMapToDouble(name -> Arrays.stream(model.parameter(name)))
                .toArray();
    }

    /** The same shuffled samples, 12 at a time, with schedule, clipping, decay and penalty. */
    @Test
    void isOneLargeBatch() {
        double[] large = trained(Points.of(24), t -> t.batch(12));
        for (int k : new int[] {2, 3, 4}) {
            double[] small = trained(Points.of(24), t -> t.batch(12 / k).accumulate(k));
            assertArrayEquals(large, small, ROUNDINGS, "of " + k);
        }
        assertFalse(Arrays.equals(large, trained(Points.of(24), t -> t.batch(6))));
    }

    /** 20 samples are 5 batches of 4: 3, and then 2 in an update of 8 samples. */
    @Test
    void theLastUpdateOfAnEpochTakesWhatIsLeft() {
        double[] large = trained(Points.of(20), t -> t.batch(12));
        double[] small = trained(Points.of(20), t -> t.batch(4).accumulate(3));
        assertArrayEquals(large, small, ROUNDINGS);
    }

    /**
     * On a GPU both kinds of steps are recorded and replayed, whole updates and parts: with
     * averages, frozen parameters and Muon these are the bits of steps that are enqueued piece by
     * piece.
     */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "any cuda"})
    void replayedStepsGiveTheSameBits(String device) {
        String cuda = Required.is("cuda") ? "cuda" : "cuda-standin";
        String name = device.equals("cpu") ? device : cuda;
        Required.assume(name, Backends.provider(name).probe().usable(), name + " is not here");
        try (Backend on = Backends.open(name)) {
            double[] replayed = withEverything(on, trainer -> trainer);
            assertArrayEquals(withEverything(on, Trainer::eager), replayed);
            double[] exact = withEverything(backend, trainer -> trainer);
            assertArrayEquals(exact, replayed, 1e-4);
        }
    }

    private static double[] withEverything(Backend on, UnaryOperator<Trainer> change) {
        try (Model model = Model.create(NETWORK, Shape.of(2), on, 3)) {
            Trainer trainer =
                    new Trainer(
                                    model,
                                    new CrossEntropy(),
                                    new Muon(0.02)
                                            .group(ParameterGroup.matching("0.bias").frozen())
                                            .group(
                                                    ParameterGroup.under("2")
                                                            .learningRateFactor(0.5)))
                            .batch(2)
                            .accumulate(3)
                            .epochs(3)
                            .ema(0.9)
                            .clipNorm(0.1);
            change.apply(trainer).fit(Points.of(20));
            return elements(model);
        }
    }

    @Test
    void stepsAreUpdates() {
        try (Model model = Model.create(NETWORK, Shape.of(2), backend, 3)) {
            List<Double> rates = new ArrayList<>();
            TrainingListener listener =
                    new TrainingListener() {
                        @Override
                        public Next onStep(StepResult result) {
                            rates.add(result.learningRate());
                            return Next.CONTINUE;
                        }
                    };
            History history =
                    new Trainer(model, new CrossEntropy(), new Adam(1))
                            .batch(4)
                            .accumulate(3)
                            .epochs(2)
                            .schedule((step, perEpoch, epochs) -> step + 10.0 * perEpoch)
                            .listener(listener)
                            .fit(Points.of(20));
            assertEquals(4, model.steps());
            assertEquals(4, history.last().steps());
            assertEquals(
                    List.of(20.0, 20.0, 20.0, 21.0, 21.0, 22.0, 22.0, 22.0, 23.0, 23.0), rates);
        }
    }

    /** The mask of dropout changes with each batch of an update, in which parameters stay. */
    @Test
    void eachBatchDropsOtherElements() {
        Layer network = new Sequential(new Linear(8), new Dropout(0.5), new Linear(3));
        Set<Double> losses = new HashSet<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public Next onStep(StepResult result) {
                        losses.add(result.loss());
                        return Next.CONTINUE;
                    }
                };
        double[][] same = new double[16][];
        Arrays.fill(same, new double[] {1, 2});
        try (Model model = Model.create(network, Shape.of(2), backend, 0)) {
            new Trainer(model, new CrossEntropy(), new Adam(1))
                    .batch(1)
                    .accumulate(16)
                    .listener(listener)
                    .fit(ArrayDataset.of(same, new int[16], Shape.of(2)));
            assertEquals(1, model.steps());
            assertTrue(losses.size() > 8, losses.toString());
        }
    }

    @Test
    void senselessCountsAreRefused() {
        try (Model model = Model.create(NETWORK, Shape.of(2), backend, 0)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(1));
            assertThrows(IllegalArgumentException.class, () -> trainer.accumulate(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.ema(1));
        }
    }
}
