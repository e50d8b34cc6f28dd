package io.retrograd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The definition of slower, and the refused comparisons. */
class ComparisonTest {
    private static final Report OLD = Reports.of("cpu", Reports.ours(95, 100, 105));

    private static Comparison.Row row(Report now, Map<String, Double> again) {
        return new Comparison(OLD).rows(now, again).get(0);
    }

    @Test
    void fallingByMoreThanTheBoundIsSlower() {
        Comparison.Row row = row(Reports.of("cpu", Reports.ours(88, 89, 90)), Map.of());
        assertEquals(-0.11, row.change(), 1e-12);
        assertEquals(0.1, row.bound(), 1e-12);
        assertTrue(row.slower());
    }

    @Test
    void fallingByLessIsNoise() {
        assertFalse(row(Reports.of("cpu", Reports.ours(90, 91, 92)), Map.of()).slower());
    }

    @Test
    void theBoundGrowsWithEitherSpread() {
        Comparison.Row row = row(Reports.of("cpu", Reports.ours(50, 80, 90)), Map.of());
        assertEquals(0.5, row.bound(), 1e-12);
        assertFalse(row.slower());
    }

    @Test
    void measuringAgainCanOnlyAcquit() {
        Report slow = Reports.of("cpu", Reports.ours(60, 60, 60));
        assertTrue(row(slow, Map.of("mlp", 70.0)).slower());
        assertFalse(row(slow, Map.of("mlp", 95.0)).slower());
        assertTrue(row(slow, Map.of("mlp", 10.0)).slower());
        assertEquals(60, row(slow, Map.of("mlp", 10.0)).now());
    }

    @Test
    void fasterIsNotSlower() {
        assertFalse(row(Reports.of("cpu", Reports.ours(300, 300, 300)), Map.of()).slower());
    }

    @Test
    void otherSettingsAreRefused() {
        Report now = Reports.of("cuda", Reports.ours(100));
        Exception e = assertThrows(IllegalArgumentException.class, () -> row(now, Map.of()));
        assertEquals(
                "--compare: expected a run with the same device, got cpu and now cuda",
                e.getMessage());
    }

    @Test
    void noNetworkInCommonIsRefused() {
        Report now =
                new Report(OLD.machine(), OLD.settings(), null, List.of(), Map.of(), List.of());
        assertThrows(IllegalArgumentException.class, () -> row(now, Map.of()));
    }
}
