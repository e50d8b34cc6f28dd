package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** erfc against values computed to 40 digits, in each of its three ranges. */
class ErrorFunctionTest {
    /** Relative; the worst of the table is 3.7e-16, for erfc(2). */
    private static final double TOLERANCE = 5e-16;

    @Test
    void agreesWithTheTable() {
        for (String[] row : Table.rows("erfc.csv")) {
            double x = Double.parseDouble(row[0]);
            check(x, row[1], ErrorFunction.erfc(x));
            check(-x, row[2], ErrorFunction.erfc(-x));
        }
    }

    @Test
    void hasItsLimits() {
        assertEquals(0, ErrorFunction.erfc(Double.POSITIVE_INFINITY));
        assertEquals(0, ErrorFunction.erfc(1000));
        assertEquals(2, ErrorFunction.erfc(Double.NEGATIVE_INFINITY));
        assertEquals(Double.NaN, ErrorFunction.erfc(Double.NaN));
    }

    private static void check(double x, String text, double actual) {
        double expected = Double.parseDouble(text);
        assertEquals(
                expected,
                actual,
                TOLERANCE * Math.abs(expected),
                () ->
                        String.format(
                                "erfc(%s), relative error %.1e",
                                x, Math.abs(actual - expected) / Math.abs(expected)));
    }
}
