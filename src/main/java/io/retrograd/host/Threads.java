package io.retrograd.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** The number of threads for a device that computes on the CPU. */
public final class Threads {
    /** More of them than four a core wait for each other most of the time. */
    private static final int A_CORE = 4;

    /** The cores of the largest common machines. */
    private static final int ALWAYS = 256;

    private static final Set<Integer> TOLD = ConcurrentHashMap.newKeySet();

    private Threads() {}

    /** The cores that this process may use, in a container too. */
    public static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** The largest number allowed. */
    public static int most() {
        return Math.max(ALWAYS, A_CORE * cores());
    }

    /**
     * Refuses a number below 0 or above {@link #most}.
     *
     * @throws IllegalArgumentException for such a number
     */
    public static void check(int asked) {
        if (asked < 0 || asked > most()) {
            throw new IllegalArgumentException(
                    String.format(
                            "threads: expected 0 (one a core) to %d, got %d; this machine has %d"
                                    + " cores",
                            most(), asked, cores()));
        }
    }

    /**
     * The requested number, or the cores for 0. More than the cores are reported on standard error,
     * once for each number, and tried out.
     *
     * @throws IllegalArgumentException below 0 or above {@link #most}
     * @throws IllegalStateException if the system does not let this process start that many
     */
    public static int of(int asked) {
        check(asked);
        if (asked <= cores()) {
            return asked == 0 ? cores() : asked;
        }
        if (TOLD.add(asked)) {
            System.err.printf(
                    "threads: %d are more than the %d cores, and a step takes longer with them%n",
                    asked, cores());
        }
        tryOut(asked);
        return asked;
    }

    /** Starts {@code count} threads at once: a native library that cannot ends the process. */
    private static void tryOut(int count) {
        CountDownLatch end = new CountDownLatch(1);
        Runnable waiting =
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        int started = 0;
        try {
            for (; started < count; started++) {
                Thread thread = new Thread(waiting, "retrograd-tried");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException(
                    String.format(
                            "threads: expected at most %d, as many as the system lets this"
                                    + " process start, got %d; ask for fewer, or raise the limit of"
                                    + " processes of the user or container",
                            started, count),
                    e);
        } finally {
            end.countDown();
        }
    }
}
