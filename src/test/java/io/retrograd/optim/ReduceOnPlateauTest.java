package io.retrograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Follows the definition of PyTorch's ReduceLROnPlateau epoch by epoch. */
class ReduceOnPlateauTest {
    @Test
    void reducesAfterMoreThanPatienceBadEpochs() {
        follows(
                new ReduceOnPlateau(0.5, 1),
                new double[] {3, 2, 2, 2, 2, 2, 1, 1, 1},
                new double[] {1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125});
    }

    @Test
    void aFallBelowTheThresholdIsBad() {
        follows(
                new ReduceOnPlateau(0.5, 0, 0.1, 0, 0),
                new double[] {10, 9.5, 8.9, 8.02},
                new double[] {1, 0.5, 0.5, 0.25});
    }

    /** After the reduction in epoch 2, epochs 3 and 4 do not count. */
    @Test
    void cooldownCountsNoBadEpochs() {
        follows(
                new ReduceOnPlateau(0.5, 0, 1e-4, 2, 0),
                new double[] {1, 1, 1, 1, 1, 1},
                new double[] {1, 0.5, 0.5, 0.5, 0.25, 0.25});
    }

    @Test
    void theFloorHolds() {
        follows(
                new ReduceOnPlateau(0.5, 0, 1e-4, 0, 0.3),
                new double[] {1, 1, 1, 1},
                new double[] {1, 0.5, 0.3, 0.3});
    }

    @Test
    void eachTrainingStartsAnew() {
        ReduceOnPlateau rule = new ReduceOnPlateau(0.5, 0);
        follows(rule, new double[] {1, 1}, new double[] {1, 0.5});
        follows(rule, new double[] {2, 1}, new double[] {1, 1});
    }

    @Test
    void senselessNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ReduceOnPlateau(1, 2));
        assertThrows(IllegalArgumentException.class, () -> new ReduceOnPlateau(0, 2));
        assertThrows(IllegalArgumentException.class, () -> new ReduceOnPlateau(0.5, -1));
        assertThrows(
                IllegalArgumentException.class, () -> new ReduceOnPlateau(0.5, 1, 1e-4, 0, 1.5));
    }

    private static void follows(ReduceOnPlateau rule, double[] metrics, double[] factors) {
        ReduceOnPlateau.State state = rule.start();
        double[] actual = new double[metrics.length];
        for (int i = 0; i < metrics.length; i++) {
            state.observe(metrics[i]);
            actual[i] = state.factor();
        }
        assertArrayEquals(factors, actual);
    }
}
