package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds shifted images against every image that a shift can give, made pixel by pixel. */
class RandomShiftTest {
    private static final Shape IMAGE = Shape.of(2, 3, 5);
    private static final int DRAWS = 9_000;

    @Test
    void drawsEachShiftEquallyOften() {
        Map<String, Integer> counts = new HashMap<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            counts.merge(Arrays.toString(shifted(1, draw)), 1, Integer::sum);
        }
        for (int down = -1; down <= 1; down++) {
            for (int right = -1; right <= 1; right++) {
                int count = counts.getOrDefault(Arrays.toString(expected(down, right)), 0);
                // 1000 expected; six standard deviations.
                assertEquals(DRAWS / 9, count, 6 * Math.sqrt(DRAWS / 9.0), down + ", " + right);
            }
        }
        assertEquals(9, counts.size());
    }

    @Test
    void shiftsFurtherThanTheImage() {
        for (int draw = 0; draw < 200; draw++) {
            double[] got = shifted(7, draw);
            boolean found = false;
            for (int down = -7; down <= 7; down++) {
                for (int right = -7; right <= 7; right++) {
                    found |= Arrays.equals(got, expected(down, right));
                }
            }
            assertEquals(true, found, Arrays.toString(got));
        }
    }

    @Test
    void zeroLeavesTheImage() {
        assertArrayEquals(expected(0, 0), shifted(0, 3));
    }

    /** The image behind three numbers that must stay. */
    private static double[] shifted(int most, long draw) {
        double[] values = new double[3 + (int) IMAGE.size()];
        System.arraycopy(expected(0, 0), 0, values, 3, (int) IMAGE.size());
        new RandomShift(most).apply(values, 3, IMAGE, 5, draw);
        assertArrayEquals(new double[3], Arrays.copyOf(values, 3));
        return Arrays.copyOfRange(values, 3, values.length);
    }

    private static double[] expected(int down, int right) {
        double[] values = new double[(int) IMAGE.size()];
        for (int i = 0; i < values.length; i++) {
            int row = i / 5 % 3 - down;
            int column = i % 5 - right;
            boolean inside = row >= 0 && row < 3 && column >= 0 && column < 5;
            values[i] = inside ? 1 + i - 5 * down - right : 0;
        }
        return values;
    }
}
