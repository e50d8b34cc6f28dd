package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.Linear;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;

/** What the checker says about right layers: it passes them, and how close it comes. */
class GradientCheckTest {
    /** Measured: 2e-13. */
    private static final double SMOOTH = 1e-8;

    @Test
    void checksEveryElementOfASmallLayer() {
        GradientReport report = GradientCheck.of(new Linear(3), Shape.of(2, 5)).run();
        System.out.println(report.table());
        assertTrue(report.passed(), report::table);
        assertEquals(3, report.rows().size());
        assertEquals(2 * 5 + 2, report.rows().get(0).checked());
        assertTrue(report.worst().orElseThrow().relativeError() < SMOOTH, report::table);
    }

    @Test
    void samplesLargeTensors() {
        GradientReport report =
                GradientCheck.of(
                                new Sequential(new Residual(new Linear(40)), new Linear(7)),
                                Shape.of(3, 40))
                        .coordinates(10)
                        .run();
        System.out.println(report.table());
        assertTrue(report.passed(), report::table);
        assertEquals(10 + 2, report.rows().get(1).checked());
    }
}
