package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second fit goes on with the random numbers of the first; a last batch can be left out. */
class RepeatedFitTest {
    private static final Layer LINEAR = new Linear(3);

    /** The order of samples, and what augmentation was given, in the epochs of a program. */
    private record Seen(List<Double> order, List<Long> draws) {}

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void orderAndAugmentationGoOn(String device) {
        Seen twice = seen(device, 2, 2);
        Seen atOnce = seen(device, 4);
        assertEquals(atOnce, twice);
        assertEquals(twice, seen(device, 2, 2), "the same program, the same numbers");
        int half = twice.order.size() / 2;
        assertFalse(twice.order.subList(0, half).equals(twice.order.subList(half, 2 * half)));
        assertEquals(4 * 13, twice.draws.stream().distinct().count());
    }

    private static Seen seen(String device, int... epochs) {
        Seen seen = new Seen(new ArrayList<>(), new ArrayList<>());
        Augmentation spy =
                (values, offset, shape, seed, draw) -> {
                    seen.order.add(values[offset]);
                    seen.draws.add(draw);
                };
        try (Backend backend = Backends.open(device);
                Model model = Model.create(LINEAR, Shape.of(2), backend, 1)) {
            for (int count : epochs) {
                new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                        .batch(4)
                        .epochs(count)
                        .augment(spy)
                        .fit(Points.of(13));
            }
        }
        return seen;
    }

    /** With a learning rate of 0 losses differ by the masks alone: one batch of all samples. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void masksGoOn(String device) {
        double[] twice = losses(device, 3, 3);
        assertArrayEquals(losses(device, 6), twice);
        assertEquals(6, Arrays.stream(twice).distinct().count(), Arrays.toString(twice));
    }

    private static double[] losses(String device, int... epochs) {
        Layer network = new Sequential(new Linear(32), new Dropout(0.5), new Linear(3));
        List<Double> losses = new ArrayList<>();
        try (Backend backend = Backends.open(device);
                Model model = Model.create(network, Shape.of(2), backend, 1)) {
            for (int count : epochs) {
                Trainer trainer = new Trainer(model, new CrossEntropy(), new Sgd(0)).batch(1);
                // One sample: no order of sums.
                History history = trainer.epochs(count).fit(Points.of(1));
                history.epochs().forEach(epoch -> losses.add(epoch.loss()));
            }
        }
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aLastBatchThatBatchNormCannotTrainOnIsToldAndCanBeLeftOut(String device) {
        Layer network = new Sequential(new Linear(4), new BatchNorm(), new Linear(3));
        try (Backend backend = Backends.open(device);
                Model model = Model.create(network, Shape.of(2), backend, 1)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Sgd(0.1)).batch(4);
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> trainer.fit(Points.of(13)));
            String told = String.valueOf(e.getMessage());
            assertTrue(told.contains("last batch of an epoch holds 1 of the 13 samples"), told);
            assertTrue(told.contains("dropLast(true)"), told);
            History history = trainer.dropLast(true).epochs(2).fit(Points.of(13));
            assertEquals(2 * 3, history.last().steps());
            e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> trainer.dropLast(true).fit(Points.of(3)));
            assertTrue(String.valueOf(e.getMessage()).contains("at least 4 samples"), told);
            assertEquals(3, trainer.dropLast(true).fit(Points.of(12)).last().steps());
        }
    }
}
