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
    }

    /** The count is reported exactly, however large. */
    @Test
    void moreElementsThanAnArrayHoldsAreRefused() {
        int big = Integer.MAX_VALUE;
        refused("(2147483647, 2147483647, 4) with 18,446,744,056,529,682,436", big, big, 4);
        refused("(65536, 32768) with 2,147,483,648", 1 << 16, 1 << 15);
        refused("(2147483647) with 2,147,483,647", big);
        assertEquals(Shape.MOST_ELEMENTS, Shape.of(Shape.MOST_ELEMENTS, 1).size());
        assertEquals(Shape.MOST_ELEMENTS, Shape.vector("x", Shape.MOST_ELEMENTS).size());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Shape.vector("x", Shape.MOST_ELEMENTS + 1L));
        assertEquals(text("x with 2,147,483,640"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Shape.vector("x", 0));
    }

    private static void refused(String what, int... dims) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Shape.of(dims));
        assertEquals(text(what), e.getMessage());
    }

    private static String text(String what) {
        return "Shape: expected at most 2,147,483,639 elements, got "
                + what
                + "; make the batch or the layer smaller";
    }
}
