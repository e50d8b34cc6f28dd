package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One backend and eight threads, each with models of its own: they train, predict, read gradients,
 * open and close, and are interrupted, and every number is the one that a single thread gets.
 *
 * <p>A minute for each device:
 *
 * <pre>
 * mvn -ntp test -Dtest=ConcurrentCallersTest -Dretrograd.stress.seconds=60
 * </pre>
 */
@Tag("slow")
class ConcurrentCallersTest {
    private static final double SECONDS =
            Double.parseDouble(System.getProperty("retrograd.stress.seconds", "1.5"));

    private static final int THREADS = 2;
    private static final long JOIN_MILLIS = 20_000;

    /** A device, opened in its first precision. */
    record Kind(BackendProvider provider, boolean deterministic) {
        Backend open() {
            return provider.open(
                    OpenOptions.of(provider.precisions().get(0))
                            .threads(THREADS)
                            .deterministic(deterministic));
        }

        @Override
        public String toString() {
            return provider.name() + (deterministic ? " deterministic" : "");
        }
    }

    static Stream<Kind> kinds() {
        return Backends.providers().stream()
                .filter(provider -> provider.probe().usable())
                .flatMap(
                        provider ->
                                provider.name().equals("cpu")
                                        ? Stream.of(
                                                new Kind(provider, false), new Kind(provider, true))
                                        : Stream.of(new Kind(provider, false)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @Timeout(600)
    void everyThreadGetsWhatItWouldGetAlone(Kind kind) throws InterruptedException {
        List<Trajectory> lives = Trajectory.all();
        AtomicLong lived = new AtomicLong();
        try (Backend backend = kind.open()) {
            List<List<double[]>> expected = lives.stream().map(l -> l.run(backend)).toList();
            Crowd crowd = new Crowd();
            for (int t = 0; t < lives.size(); t++) {
                int first = t;
                crowd.start(
                        () -> {
                            int i = (int) (first + lived.getAndIncrement()) % lives.size();
                            compare(expected.get(i), lives.get(i).run(backend));
                            if (first == 0) {
                                lives.get(i).audited(backend);
                            } else if (first == 1) {
                                try (Backend other = kind.open()) {
                                    compare(expected.get(i), lives.get(i).run(other));
                                }
                            }
                        });
            }
            crowd.interruptFor(SECONDS);
            crowd.end();
            assertEquals(List.of(), crowd.failures());
        }
        assertTrue(lived.get() >= lives.size(), lived + " lives");
    }

    /** Those at work end with an error that says so, and can close their models. */
    @ParameterizedTest
    @MethodSource("kinds")
    @Timeout(600)
    void closingABackendEndsItsUsersWithAnError(Kind kind) throws InterruptedException {
        List<Trajectory> lives = Trajectory.all();
        Crowd crowd = new Crowd();
        Backend backend = kind.open();
        lives.forEach(life -> crowd.start(() -> life.run(backend)));
        crowd.interruptFor(SECONDS / 10);
        backend.close();
        backend.close();
        crowd.join();
        String expected =
                kind.provider().name() + ": expected an open device, got one after close()";
        for (Throwable failure : crowd.failures()) {
            assertTrue(
                    String.valueOf(failure.getMessage()).startsWith(expected), failure::toString);
        }
        assertEquals(lives.size(), crowd.failures().size());
    }

    private static void compare(List<double[]> expected, List<double[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "number " + i);
        }
    }

    /** Threads that repeat something until the test ends them, or they fail. */
    private static final class Crowd {
        private final List<Thread> threads = new ArrayList<>();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private volatile boolean ended;

        void start(Runnable work) {
            BooleanSupplier again = () -> !ended;
            Thread thread =
                    new Thread(
                            () -> {
                                while (again.getAsBoolean()) {
                                    work.run();
                                }
                            },
                            "caller-" + threads.size());
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }

        /** Interrupts one after the other, every millisecond. */
        void interruptFor(double seconds) throws InterruptedException {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            for (int i = 0; System.nanoTime() < end && failures.isEmpty(); i++) {
                threads.get(i % threads.size()).interrupt();
                Thread.sleep(1);
            }
        }

        void end() throws InterruptedException {
            ended = true;
            join();
        }

        void join() throws InterruptedException {
            for (Thread thread : threads) {
                thread.join(JOIN_MILLIS);
                assertEquals(Thread.State.TERMINATED, thread.getState(), () -> trace(thread));
            }
        }

        private static String trace(Thread thread) {
            return thread.getName() + " hangs in " + List.of(thread.getStackTrace());
        }

        List<Throwable> failures() {
            return List.copyOf(failures);
        }
    }
}
