package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The content of the task's sequences. */
class FirstSymbolTest {
    @Test
    void theFirstStepIsTheLabelAndTheRestIsNoise() {
        FirstSymbol task = new FirstSymbol(3, 200, 60, /* seed= */ 1);
        int[] counts = new int[3];
        double squares = 0;
        for (int i = 0; i < task.size(); i++) {
            double[] x = new double[601];
            task.sample(i, x, 1);
            int label = task.label(i);
            counts[label]++;
            for (int k = 0; k < 3; k++) {
                assertEquals(k == label ? 1 : 0, x[1 + k]);
            }
            for (int j = 4; j < x.length; j++) {
                squares += x[j] * x[j];
            }
            double[] again = new double[601];
            task.sample(i, again, 1);
            assertArrayEquals(x, again);
        }
        for (int count : counts) {
            assertTrue(count > 8, "20 are expected, got " + count);
        }
        // The mean of 35,820 squares of N(0, 0.01): within 5 of its deviations, 7.5e-5 each.
        assertEquals(1e-2, squares / (60 * 597), 3.8e-4);
    }

    @Test
    void refusesWhatIsNoTask() {
        assertThrows(IllegalArgumentException.class, () -> new FirstSymbol(1, 5, 5, 1));
        assertThrows(IllegalArgumentException.class, () -> new FirstSymbol(2, 1, 5, 1));
        assertThrows(IllegalArgumentException.class, () -> new FirstSymbol(2, 2, 0, 1));
    }
}
