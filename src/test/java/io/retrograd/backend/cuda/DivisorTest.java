package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Division as {@code kernels/window.cuh} does it, against division. */
class DivisorTest {
    private static void check(int n, int value) {
        int[] by = Windows.divisor(value);
        long high = (2L * n * Integer.toUnsignedLong(by[0])) >>> Integer.SIZE;
        assertEquals(n / value, high >>> by[1], n + " / " + value);
    }

    @Test
    void divides() {
        Random random = new Random(1);
        IntStream.concat(
                        IntStream.rangeClosed(1, 2000),
                        IntStream.range(0, 31).flatMap(i -> IntStream.of(1 << i, (1 << i) + 1)))
                .forEach(
                        value -> {
                            check(0, value);
                            check(Integer.MAX_VALUE, value);
                            for (int i = 0; i < 200; i++) {
                                int n = random.nextInt(Integer.MAX_VALUE);
                                check(n, value);
                                check(n / value * value, value);
                                check(Math.max(0, n / value * value - 1), value);
                            }
                        });
    }

    @Test
    void dividesByTheLargest() {
        check(Integer.MAX_VALUE, Integer.MAX_VALUE);
        check(Integer.MAX_VALUE - 1, Integer.MAX_VALUE);
    }
}
