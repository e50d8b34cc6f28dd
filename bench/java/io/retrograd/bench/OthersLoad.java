package io.retrograd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The number of cores that other processes use, from Linux's {@code /proc}: what all used, less
 * what this process's children that have ended used.
 */
final class OthersLoad {
    /** Cores that others may use before a report says so. */
    static final double QUIET = 0.1;

    /** The unit of {@code /proc/stat}; Linux reports it so on every machine that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /**
     * The fields of {@code /proc/self/stat}, counted behind the name: ended children's user and
     * system time.
     */
    private static final int CHILDREN_USER = 13;

    private static final int CHILDREN_SYSTEM = 14;

    /** User, nice, system, and behind idle and waiting: interrupts and stolen time. */
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    private final Path all;
    private final Path own;
    private final double seconds;
    private final @Nullable Double before;

    /** Starts to watch. */
    OthersLoad() {
        this(Path.of("/proc/stat"), Path.of("/proc/self/stat"), System.nanoTime());
    }

    OthersLoad(Path all, Path own, long nanos) {
        this.all = all;
        this.own = own;
        seconds = nanos / 1e9;
        before = used();
    }

    /** Cores since then, on average; null where the system does not report it. */
    @Nullable Double cores() {
        return cores(System.nanoTime());
    }

    @Nullable Double cores(long nanos) {
        Double after = used();
        return before == null || after == null
                ? null
                : Math.max(0, (after - before) / (nanos / 1e9 - seconds));
    }

    private @Nullable Double used() {
        try {
            String[] total = Files.readString(all).lines().findFirst().orElse("").split(" +", -1);
            String stat = Files.readString(own);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks =
                    -Long.parseLong(fields[CHILDREN_USER])
                            - Long.parseLong(fields[CHILDREN_SYSTEM]);
            for (int field : BUSY) {
                ticks += Long.parseLong(total[field]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }
}
