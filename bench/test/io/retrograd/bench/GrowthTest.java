package io.retrograd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The definition of growth. */
class GrowthTest {
    private static final long MIB = 1 << 20;

    private static List<Footprint> readings(IntToLongFunction live, IntToLongFunction files) {
        return IntStream.range(0, 12)
                .mapToObj(
                        i ->
                                new Footprint(
                                        200 * MIB,
                                        live.applyAsLong(i),
                                        8 * MIB,
                                        files.applyAsLong(i),
                                        20,
                                        90,
                                        -1))
                .toList();
    }

    private static boolean flat(IntToLongFunction live, IntToLongFunction files) {
        return Growth.all(readings(live, files)).stream().allMatch(Growth::flat);
    }

    @Test
    void whatComesAndGoesIsFlat() {
        assertTrue(flat(i -> 30 * MIB + (i % 2) * 20L * MIB, i -> 40 + i % 3));
    }

    @Test
    void warmingUpDoesNotCount() {
        assertTrue(flat(i -> i < 4 ? i * 10L * MIB : 40 * MIB, i -> i < 4 ? i : 4));
    }

    @Test
    void aLeakGrows() {
        assertFalse(flat(i -> 30 * MIB + i * 5L * MIB, i -> 40));
        assertFalse(flat(i -> 30 * MIB, i -> 40 + i));
    }

    @Test
    void aLateLeakGrows() {
        assertFalse(flat(i -> 30 * MIB + (i < 8 ? 0 : 3L * i * MIB), i -> 40));
    }

    @Test
    void whatIsNotToldIsNotAccused() {
        List<Growth> growths = Growth.all(readings(i -> -1, i -> 40));
        assertTrue(growths.stream().allMatch(Growth::flat));
        assertEquals("native memory in use: not reported by this system", growths.get(1).text());
    }
}
