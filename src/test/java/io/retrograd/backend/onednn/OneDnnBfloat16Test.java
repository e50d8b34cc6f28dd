package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.LowPrecision;
import io.retrograd.backend.OpenOptions;
import io.retrograd.data.Digits;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Sgd;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on CPUs that multiply bfloat16 numbers. */
class OneDnnBfloat16Test {
    private static final int STEPS = 12;
    private static final int BATCH = 32;
    private static final int CLASSES = 10;
    private static final int SIZE = 64;
    private static final double RATE = 0.02;
    private static final double MOMENTUM = 0.9;

    /** As a share of the first loss; the worst seen in bfloat16 is 0.0077. */
    private static final double LOSS_TOLERANCE = 0.02;

    /** The same steps on the same digits: the loss falls as in float32. */
    @ParameterizedTest
    @ValueSource(strings = {"bf16", "fast-math"})
    void trainsAsInFloat32(String precision) {
        try (Backend low = LowPrecision.open(precision);
                Backend full =
                        Backends.open(
                                "cpu", OpenOptions.of("float32").threads(1).deterministic(true))) {
            double[] expected = losses(full);
            double[] losses = losses(low);
            for (int i = 0; i < STEPS; i++) {
                assertEquals(expected[i], losses[i], LOSS_TOLERANCE * expected[0]);
            }
            assertTrue(losses[STEPS - 1] < losses[0] / 2, () -> Arrays.toString(losses));
        }
    }

    private static double[] losses(Backend backend) {
        LabelledDataset digits = Digits.load();
        double[] losses = new double[STEPS];
        try (Model model =
                        Model.create(
                                DigitsNet.of(CLASSES),
                                digits.sampleShape(),
                                backend,
                                /* seed= */ 1);
                TrainStep step =
                        new TrainStep(
                                model,
                                new CrossEntropy(),
                                new Sgd(RATE).momentum(MOMENTUM),
                                BATCH)) {
            double[] x = new double[BATCH * SIZE];
            int[] labels = new int[BATCH];
            for (int i = 0; i < STEPS; i++) {
                for (int n = 0; n < BATCH; n++) {
                    digits.sample(i * BATCH + n, x, n * SIZE);
                    labels[n] = digits.label(i * BATCH + n);
                }
                step.run(x, labels);
                losses[i] = step.loss();
            }
        }
        return losses;
    }
}
