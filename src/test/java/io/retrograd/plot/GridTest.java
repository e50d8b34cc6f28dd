package io.retrograd.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GridTest {
    /** Of a circle's radius between grid lines of 0.02; (0.02)² / 8 is measured. */
    private static final double LINEAR = 1e-4;

    /** A circle's contour lies on the circle, and is as long as it. */
    @Test
    void contoursLieWhereTheFieldHasTheirValue() {
        Grid circle = Grid.of(-1, 1, -1, 1, 101, (x, y) -> x * x + y * y);
        double length = 0;
        for (Grid.Piece piece : circle.contour(0.25)) {
            assertEquals(0.5, Math.hypot(piece.fromX(), piece.fromY()), LINEAR);
            assertEquals(0.5, Math.hypot(piece.toX(), piece.toY()), LINEAR);
            length += Math.hypot(piece.fromX() - piece.toX(), piece.fromY() - piece.toY());
        }
        assertEquals(Math.PI, length, 1e-3);
        assertTrue(circle.contour(3).isEmpty());
    }

    /** Columns run along x, rows along y. */
    @Test
    void axesAreNotMixedUp() {
        Grid grid = Grid.of(0, 1, 10, 14, 5, (x, y) -> x);
        assertEquals(0.25, grid.value(3, 1));
        for (Grid.Piece piece : grid.contour(0.6)) {
            assertEquals(0.6, piece.fromX(), 1e-12);
        }
        assertEquals(1, grid.largest());
        assertEquals(-0.5, grid.map(v -> -v).value(0, 2));
    }

    @Test
    void aGridHasTwoDimensions() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Grid(0, 1, 0, 1, new double[][] {{1, 2}}));
        assertTrue(e.getMessage().contains("got 1 rows"), e.getMessage());
    }

    @Test
    void ticksAreRound() {
        assertArrayEquals(new double[] {0, 0.5, 1, 1.5}, Ticks.of(-0.1, 1.6, 4), 1e-12);
        assertArrayEquals(new double[] {-200, 0, 200}, Ticks.of(-300, 300, 4), 1e-9);
        assertEquals("0", Ticks.label(1e-17));
        assertEquals("0.3", Ticks.label(0.1 + 0.2));
        assertEquals("-200", Ticks.label(-200));
    }
}
