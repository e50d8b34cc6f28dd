package io.retrograd.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThreadsTest {
    static Stream<BackendProvider> providers() {
        return Backends.providers().stream().filter(provider -> provider.probe().usable());
    }

    @Test
    void zeroIsOneACore() {
        assertEquals(Threads.cores(), Threads.of(0));
        assertEquals(1, Threads.of(1));
        assertEquals(Threads.most(), Threads.of(Threads.most()));
    }

    /** However the device is opened. */
    @ParameterizedTest
    @MethodSource("providers")
    void numbersOutOfBoundsAreRefused(BackendProvider provider) {
        String precision = provider.precisions().get(0);
        int most = Threads.most();
        for (int threads : new int[] {-1, most + 1, 20_000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            String message =
                    String.format(
                            "threads: expected 0 (one a core) to %d, got %d; this machine has %d"
                                    + " cores",
                            most, threads, Threads.cores());
            for (boolean deterministic : new boolean[] {false, true}) {
                IllegalArgumentException e =
                        assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        provider.open(
                                                OpenOptions.of(precision)
                                                        .threads(threads)
                                                        .deterministic(deterministic)));
                assertEquals(message, e.getMessage());
            }
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Backends.open(provider.name(), precision, threads));
            assertEquals(message, e.getMessage());
        }
    }
}
