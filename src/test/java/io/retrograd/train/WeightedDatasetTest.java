package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Linear;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedDatasetTest {
    private static final double[][] ROWS = {{1, 2}, {-1, 0.5}, {0.25, -2}, {3, 1}};
    private static final int[] LABELS = {2, 0, 1, 2};
    private static final ArrayDataset SAMPLES = ArrayDataset.of(ROWS, LABELS, Shape.of(2));
    private static final double[] WEIGHTS = {1, 0, 2.5, 0.5};

    /** One step of SGD by the formula: {@code db = Σₙ wₙ·(softmax(zₙ) − onehot) / N}. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-15", "cpu, 1e-6", "cuda-standin, 1e-6"})
    void eachSampleCountsWithItsWeight(String device, double bound) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(new Linear(3), Shape.of(2), backend, 1)) {
            double[] expected = new double[3];
            double loss = 0;
            double[] z = model.predict(new double[] {1, 2, -1, 0.5, 0.25, -2, 3, 1});
            for (int n = 0; n < 4; n++) {
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    sum += Math.exp(z[3 * n + c]);
                }
                loss += WEIGHTS[n] * (Math.log(sum) - z[3 * n + LABELS[n]]) / 4;
                for (int c = 0; c < 3; c++) {
                    double target = c == LABELS[n] ? 1 : 0;
                    double gradient = Math.exp(z[3 * n + c]) / sum - target;
                    expected[c] -= WEIGHTS[n] * gradient / 4;
                }
            }
            double[] before = model.parameter("bias");
            History history =
                    new Trainer(model, new CrossEntropy().ofProbabilities(), new Sgd(1))
                            .batch(4)
                            .fit(new WeightedDataset(SAMPLES, WEIGHTS));
            for (int c = 0; c < 3; c++) {
                expected[c] += before[c];
            }
            assertArrayEquals(expected, model.parameter("bias"), 2 * bound);
            assertEquals(loss, history.last().loss(), 4 * bound);
        }
    }

    @Test
    void refusesOtherWeights() {
        assertThrows(IllegalArgumentException.class, () -> new WeightedDataset(SAMPLES, 1, 2, 3));
        assertThrows(
                IllegalArgumentException.class, () -> new WeightedDataset(SAMPLES, 1, 2, 3, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new WeightedDataset(SAMPLES, 1, 2, 3, Double.NaN));
    }
}
