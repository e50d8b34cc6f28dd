package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.CnnBiGru;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks over tokens: what goes in, padding, and training. */
class TokensTest {
    private static final int VOCABULARY = 20;
    private static final double[] TEXT = {3, 1, 4, 1, 5};
    private static final Layer NETWORK =
            new CnnBiGru(VOCABULARY, 4, 6, 8, 3, 2, 5, 0.25, /* padding= */ 0).network();

    /** The same text, followed by more or less padding. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void paddingInfluencesNothing(String device) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(NETWORK, Shape.of(6), backend, /* seed= */ 1);
                Model longer = Model.create(NETWORK, Shape.of(14), backend, /* seed= */ 1)) {
            double[] expected = model.predict(Arrays.copyOf(TEXT, 6));
            double tolerance = device.equals("cpu") ? 16 * 0x1p-23 : 1e-15;
            assertArrayEquals(expected, longer.predict(Arrays.copyOf(TEXT, 14)), tolerance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aStepChangesNoPaddingVectorAndNoneOfAbsentTokens(String device) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(NETWORK, Shape.of(8), backend, /* seed= */ 1);
                TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(0.5), 1)) {
            double[] before = model.parameter("body.0.weight");
            step.run(Arrays.copyOf(TEXT, 8), new int[] {2});
            double[] after = model.parameter("body.0.weight");
            for (int token = 0; token < VOCABULARY; token++) {
                double[] was = Arrays.copyOfRange(before, token * 6, (token + 1) * 6);
                double[] is = Arrays.copyOfRange(after, token * 6, (token + 1) * 6);
                assertEquals(token != 0 && token <= 5 && token != 2, !Arrays.equals(was, is));
            }
            assertArrayEquals(new double[6], Arrays.copyOf(after, 6));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void whatIsNoTokenIsRefusedBeforeAnythingRuns(String device) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(NETWORK, Shape.of(4), backend, /* seed= */ 1)) {
            for (double bad : new double[] {-1, VOCABULARY, 0.5, Double.NaN, 1e300}) {
                refused(model, "expected tokens from 0 to 19, got " + bad, 1, bad, 2, 0);
            }
            refused(
                    model,
                    "a token beside padding 0, got none in sequence 1",
                    1,
                    2,
                    3,
                    0,
                    0,
                    0,
                    0,
                    0);
            refused(model, "expected 1 or more samples of shape (4)", 1, 2, 3);
        }
    }

    private static void refused(Model model, String message, double... tokens) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> model.predict(tokens));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    /** 2^24 + 1 is no float32 number. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void largeTokensAreNotRounded(String device) {
        int last = 1 << 24;
        Layer network = new Sequential(new Embedding(last + 2, 1), new Flatten());
        try (Backend backend = Backends.open(device);
                Model model = Model.create(network, Shape.of(3), backend, /* seed= */ 1)) {
            double[] w = model.parameter("0.weight");
            double[] expected = {w[last - 1], w[last], w[last + 1]};
            assertArrayEquals(expected, model.predict(new double[] {last - 1, last, last + 1}));
        }
    }
}
