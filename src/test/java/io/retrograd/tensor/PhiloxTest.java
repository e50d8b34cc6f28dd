package io.retrograd.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The known answers for philox4x32-10 in {@code tests/kat_vectors} of Random123, by the generator's
 * authors.
 */
class PhiloxTest {
    @Test
    void zeros() {
        assertArrayEquals(
                new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
                block(0, 0, 0, 0, 0, 0));
    }

    @Test
    void ones() {
        assertArrayEquals(
                new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
                block(-1, -1, -1, -1, -1, -1));
    }

    @Test
    void digitsOfPi() {
        assertArrayEquals(
                new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
                block(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344));
    }

    /** Seed, stream and index / 4 are two words each, low word first; index % 4 picks the word. */
    @Test
    void bitsTakeKeyFromSeedAndCounterFromIndexAndStream() {
        int[] words = block(1, 2, 3, 4, 5, 6);
        for (int i = 0; i < 4; i++) {
            long index = ((4L << 32) + 3) * 4 + i;
            assertEquals(words[i], Philox.bits((2L << 32) + 1, (6L << 32) + 5, index));
        }
    }

    /** Mean 1/2 and variance 1/12, to four standard errors. */
    @Test
    void uniformIsUniform() {
        int n = 100_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double u = Philox.uniform(1, 2, i);
            assertTrue(u >= 0 && u < 1);
            sum += u;
            squares += (u - 0.5) * (u - 0.5);
        }
        assertEquals(0.5, sum / n, 4 * Math.sqrt(1.0 / 12 / n));
        assertEquals(1.0 / 12, squares / n, 4 * Math.sqrt(1.0 / 180 / n));
    }

    /** Mean 0 and variance 1, to four standard errors. */
    @Test
    void normalIsNormal() {
        int n = 100_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double z = Philox.normal(1, 2, i);
            sum += z;
            squares += z * z;
        }
        assertEquals(0, sum / n, 4 * Math.sqrt(1.0 / n));
        assertEquals(1, squares / n, 4 * Math.sqrt(2.0 / n));
    }

    private static int[] block(int k0, int k1, int c0, int c1, int c2, int c3) {
        int[] words = new int[4];
        Philox.block(join(k0, k1), join(c2, c3), join(c0, c1), words);
        return words;
    }

    private static long join(int low, int high) {
        return Integer.toUnsignedLong(low) | ((long) high << Integer.SIZE);
    }
}
