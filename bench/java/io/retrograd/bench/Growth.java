package io.retrograd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The change of one figure of a {@link Footprint} over many repetitions of work.
 *
 * <p>The first third of the readings is for warming up: compilers, caches, oneDNN's primitives. Of
 * what follows the least of the first half is held against the least of the second: a leak raises
 * both the same way, and what comes and goes raises neither.
 *
 * @param figure its name
 * @param first the least of the first half
 * @param last the least of the second half
 * @param bound by how much it may rise
 */
record Growth(String figure, long first, long last, long bound) {
    private static final long MIB = 1 << 20;

    /** Freed blocks lie scattered, and are given back when malloc likes. Measured: 5.7 MiB. */
    private static final long RESIDENT_BOUND = 12 * MIB;

    /**
     * The JVM's compilers take and give back. Measured: 10 MiB from one reading to the next, while
     * what was done took less than 1 KiB each time.
     */
    private static final long LIVE_BOUND = 16 * MIB;

    private static final long HEAP_BOUND = MIB;
    private static final long DEVICE_BOUND = 2 * MIB;

    boolean known() {
        return first >= 0 && last >= 0;
    }

    boolean flat() {
        return !known() || last - first <= bound;
    }

    String text() {
        if (!known()) {
            return figure + ": not reported by this system";
        }
        return String.format(
                "%-22s %,15d %,15d %+,12d, may rise by %,d%s",
                figure, first, last, last - first, bound, flat() ? "" : "   GREW");
    }

    /** All figures of these readings. */
    static List<Growth> all(List<Footprint> readings) {
        List<Growth> all = new ArrayList<>();
        all.add(of("resident memory", Footprint::resident, RESIDENT_BOUND, readings));
        all.add(of("native memory in use", Footprint::live, LIVE_BOUND, readings));
        all.add(of("Java heap in use", Footprint::heap, HEAP_BOUND, readings));
        all.add(of("open files", Footprint::files, 0, readings));
        all.add(of("threads", Footprint::threads, 0, readings));
        all.add(of("mapped files", Footprint::mappings, 0, readings));
        if (readings.get(0).device() >= 0) {
            all.add(of("GPU memory", Footprint::device, DEVICE_BOUND, readings));
        }
        return all;
    }

    private static Growth of(
            String figure, ToLongFunction<Footprint> value, long bound, List<Footprint> readings) {
        int begin = readings.size() / 3;
        int middle = (begin + readings.size()) / 2;
        return new Growth(
                figure,
                readings.subList(begin, middle).stream().mapToLong(value).min().orElseThrow(),
                readings.subList(middle, readings.size()).stream()
                        .mapToLong(value)
                        .min()
                        .orElseThrow(),
                bound);
    }
}
