package io.retrograd.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void sizesAndText() {
        Shape shape = Shape.of(2, 3, 5);
        assertEquals(30, shape.size());
        assertEquals("(2, 3, 5)", shape.toString());
        assertEquals(1, Shape.of().size());
        assertEquals("()", Shape.of().toString());
        assertEquals(Shape.of(3, 5), shape.tail(1));
        assertEquals(Shape.of(7, 2, 3, 5), shape.batch(7));
        assertEquals(Shape.of(2, 9, 5), shape.with(1, 9));
        assertEquals(List.of(2, 3, 5), shape.dims());
    }

    @Test
    void equalityIsByValue() {
        assertEquals(Shape.of(2, 3), Shape.of(List.of(2, 3)));
        assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
        assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    }

    @Test
    void anArrayPassedInMayChangeAfterwards() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 9;
        assertEquals(Shape.of(2, 3), shape);
    }

    @Test
    void emptyAndOverflowingShapesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Shape.of(0, 3));
        assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
        int big = Integer.MAX_VALUE;
        assertThrows(IllegalArgumentException.class, () -> Shape.of(big, big, big));
    }
}
