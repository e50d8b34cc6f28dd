package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes too large for a device, for Java or for numbers give an error that says so. */
class LimitsTest {
    private static final Shape SAMPLE = Shape.of(1000);

    /** More bytes of activations than any machine has, of tensors that could be. */
    private static final int BATCH = 500_000;

    private static final Layer LARGE =
            new Sequential(new Linear(1000), new Sequential(Collections.nCopies(500, new Tanh())));

    private static Layer nested(int depth) {
        Layer layer = new Relu();
        for (int i = 0; i < depth; i++) {
            layer = new Sequential(layer);
        }
        return layer;
    }

    @ParameterizedTest
    @CsvSource({"reference,free Java heap", "cpu,free memory"})
    void aBatchThatDoesNotFitIsToldBeforeTheFirstStep(String device, String kind) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(LARGE, SAMPLE, backend, 1)) {
            MemoryException e = assertThrows(MemoryException.class, () -> step(model, BATCH));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains("bytes of " + kind), message);
            assertTrue(message.contains("got one that needs"), message);
            assertTrue(message.matches(".*(about|that fits is) \\d+( fits)?, got 500000"), message);
        }
    }

    private static TrainStep step(Model model, int batch) {
        return new TrainStep(model, new CrossEntropy(), new Sgd(1), batch);
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 5_000, 100_000})
    void networksThatAreTooDeepAreRefused(int depth) {
        Layer network = nested(depth);
        try (Backend backend = Backends.open("reference")) {
            for (int i = 0; i < 2; i++) {
                IllegalArgumentException e =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> Model.create(network, SAMPLE, backend, 1));
                assertTrue(e.getMessage().contains("side by side into one Sequential"));
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> GradientCheck.of(network, Shape.of(2, 3)).on(backend).run());
            Model.create(nested(400), SAMPLE, backend, 1).close();
        }
    }

    @Test
    void countsThatOverflowAreNamedByShape() {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(3), SAMPLE, backend, 1)) {
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class, () -> step(model, Integer.MAX_VALUE));
            assertTrue(
                    e.getMessage().contains("(2147483647, 1000) with 2,147,483,647,000"),
                    e.getMessage());
        }
    }

    /** All samples are one batch then. */
    @Test
    void theLargestBatchSizeTrains() {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(3), Shape.of(2), backend, 1)) {
            History history =
                    new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                            .batch(Integer.MAX_VALUE)
                            .epochs(2)
                            .fit(Points.of(10));
            assertEquals(2, history.epochs().size());
            assertEquals(2, model.steps());
        }
    }

    @Test
    void errorsOfTheJvmBecomeExceptions() {
        assertTrue(JvmLimits.exception(new OutOfMemoryError("x")) instanceof MemoryException);
        assertTrue(
                JvmLimits.exception(new StackOverflowError()) instanceof IllegalArgumentException);
        for (LinkageError e :
                List.of(new UnsatisfiedLinkError("no jnijavacpp"), new NoClassDefFoundError("X"))) {
            RuntimeException told = JvmLimits.exception(e);
            assertTrue(told.getMessage().contains(String.valueOf(e.getMessage())));
        }
        AssertionError other = new AssertionError();
        assertEquals(other, assertThrows(AssertionError.class, () -> JvmLimits.exception(other)));
    }
}
