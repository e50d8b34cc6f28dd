package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Rounding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ParityCaseTest {
    private static final String INPUT = "input";
    private static final double EPSILON = 0x1p-7;

    private static double[] input(ParityCase c) {
        return c.given(INPUT, c.shape(INPUT));
    }

    private static ParityCase conv2d() throws IOException {
        Path file = ParityCases.files().stream().filter(ParityCaseTest::isConv2d).findFirst().get();
        return ParityCase.read(file);
    }

    private static boolean isConv2d(Path file) {
        return ParityCases.op(file).equals("conv2d");
    }

    @Test
    void theNearestNumberIsAFloatWithoutItsLastBits() throws IOException {
        double[] exact = input(conv2d());
        double[] nearest = input(conv2d().rounded(new Rounding(EPSILON, /* draw= */ 0)));
        double[] again =
                input(
                        conv2d().rounded(new Rounding(EPSILON, /* draw= */ 0))
                                .rounded(new Rounding(EPSILON, 0)));
        assertArrayEquals(nearest, again);
        for (int i = 0; i < exact.length; i++) {
            assertEquals(0, Float.floatToIntBits((float) nearest[i]) & 0xffff);
            assertEquals(exact[i], nearest[i], EPSILON / 2 * Math.abs(exact[i]));
        }
    }

    /** Without bias: a number comes to lie above and below as its distances are. */
    @Test
    void drawsGoToEitherNeighbour() throws IOException {
        double[] exact = input(conv2d());
        double[] mean = new double[exact.length];
        int draws = 400;
        for (int draw = 1; draw <= draws; draw++) {
            double[] drawn = input(conv2d().rounded(new Rounding(EPSILON, draw)));
            for (int i = 0; i < exact.length; i++) {
                assertEquals(0, Float.floatToIntBits((float) drawn[i]) & 0xffff);
                assertEquals(exact[i], drawn[i], EPSILON * Math.abs(exact[i]));
                mean[i] += drawn[i] / draws;
            }
        }
        assertFalse(Arrays.equals(mean, input(conv2d().rounded(new Rounding(EPSILON, 0)))));
        double deviations = 6 / Math.sqrt(draws);
        for (int i = 0; i < exact.length; i++) {
            double error = Math.abs(mean[i] - exact[i]);
            assertTrue(error <= deviations * EPSILON / 2 * Math.abs(exact[i]), "at " + i);
        }
    }
}
