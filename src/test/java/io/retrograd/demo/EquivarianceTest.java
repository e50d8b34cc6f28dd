package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where a convolution commutes with a shift, and where it does not. */
class EquivarianceTest {
    /** Of a mean over 256 places, taken in another order. */
    private static final double SUM = 1e-12;

    private static Demonstrated run;

    @BeforeAll
    static void run() {
        run = Demonstrated.quick(new Equivariance());
    }

    @Test
    void aConvolutionCommutesWithAShift() {
        assertEquals(0, run.number("/commutation/circular"));
        assertEquals(0, run.number("/commutation/zero_inside"));
        assertTrue(run.number("/commutation/zero") > 0.1, "at the edges it does not");
    }

    @Test
    void poolingCommutesWithAShiftByItsStride() {
        assertEquals(0, run.number("/commutation/pooled_by_2"));
        assertTrue(run.number("/commutation/pooled_by_1") > 0.1);
    }

    /** Away from the edges the mean over all places does not see a shift, whatever the weights. */
    @Test
    void theGlobalMeanDoesNotSeeAShift() {
        double[] digit = new double[64];
        for (int i = 0; i < 16; i++) {
            int row = 2 + i / 4;
            digit[8 * row + 2 + i % 4] = Philox.uniform(5, 6, i);
        }
        try (Backend backend = Backends.open("reference");
                Model global =
                        Model.create(
                                Equivariance.global(),
                                Shape.of(1, 16, 16),
                                backend,
                                /* seed= */ 3);
                Model flat =
                        Model.create(
                                Equivariance.flat(), Shape.of(1, 16, 16), backend, /* seed= */ 3)) {
            double[] centred = Equivariance.place(digit, 0, 0);
            double[] moved = Equivariance.place(digit, -1, 1);
            // Three convolutions of 3 by 3 carry the ink 3 pixels, and the zeros beyond the edges
            // 2:
            // they do not meet.
            assertArrayEquals(global.predict(centred), global.predict(moved), SUM);
            double first = flat.predict(centred)[0];
            assertTrue(Math.abs(first - flat.predict(moved)[0]) > 1e-3);
        }
    }

    /** Counted by hand: (3·3·1 + 1)·16 + (3·3·16 + 1)·16, and the head. */
    @Test
    void parametersAreCounted() {
        int body = 10 * 16 + 145 * 16;
        int[] expected = {
            257 * 64 + 65 * 10,
            body + 16 * 16 * 16 * 10 + 10,
            body + 16 * 4 * 4 * 10 + 10,
            body + 145 * 32 + 33 * 10
        };
        JsonNode runs = run.numbers().get("runs");
        assertEquals(8, runs.size());
        for (int i = 0; i < 8; i++) {
            assertEquals(expected[i % 4], runs.get(i).get("parameters").asInt());
            assertEquals(5, runs.get(i).get("accuracies").size());
        }
    }

    @Test
    void aShiftedDigitStaysWhole() {
        double[] digit = new double[64];
        Arrays.fill(digit, 1);
        for (int down = -Equivariance.MOST; down <= Equivariance.MOST; down++) {
            double[] canvas = Equivariance.place(digit, down, -down);
            assertEquals(64, Arrays.stream(canvas).sum());
            assertEquals(1, canvas[(4 + down) * 16 + 4 - down]);
        }
    }
}
