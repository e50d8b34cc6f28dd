package io.retrograd.cli;

import java.util.Arrays;
import java.util.function.LongSupplier;

/** The times of several equal steps. */
final class StepTimes {
    /** Steps before those that count: compilers, caches and allocators settle. */
    static final int WARM_UP_STEPS = 2;

    /** Share of the time for the same purpose, however many steps it holds. */
    static final double WARM_UP_SHARE = 0.1;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] nanos;

    /** The times of at least one step, in nanoseconds. Not modified. */
    StepTimes(long... nanos) {
        this.nanos = nanos.clone();
    }

    /**
     * Runs a step again and again, and times the runs after warming up: at least one, and as many
     * as begin within the time.
     *
     * @param step returns when it is finished
     * @param seconds for warming up and timing together
     * @param clock nanoseconds from whenever, as {@link System#nanoTime}
     */
    static StepTimes measure(Runnable step, double seconds, LongSupplier clock) {
        long begin = clock.getAsLong();
        double end = seconds * NANOS_PER_SECOND;
        int warmUps = 0;
        while (warmUps < WARM_UP_STEPS || clock.getAsLong() - begin < WARM_UP_SHARE * end) {
            step.run();
            warmUps++;
        }
        long[] nanos = new long[1024];
        int count = 0;
        long after;
        do {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            long before = clock.getAsLong();
            step.run();
            after = clock.getAsLong();
            nanos[count++] = after - before;
        } while (after - begin < end);
        return new StepTimes(Arrays.copyOf(nanos, count));
    }

    /** The same times of parts of the steps: as many equal ones in each. */
    StepTimes dividedBy(int parts) {
        return new StepTimes(Arrays.stream(nanos).map(n -> n / parts).toArray());
    }

    double minMillis() {
        return Arrays.stream(nanos).min().orElseThrow() / NANOS_PER_MILLI;
    }

    double medianMillis() {
        return median(Arrays.stream(nanos).mapToDouble(n -> n / NANOS_PER_MILLI).toArray());
    }

    double maxMillis() {
        return Arrays.stream(nanos).max().orElseThrow() / NANOS_PER_MILLI;
    }

    /** The median of the steps' throughputs, for a number of images a step. */
    double imagesPerSecond(int batch) {
        return median(
                Arrays.stream(nanos).mapToDouble(n -> batch * NANOS_PER_SECOND / n).toArray());
    }

    /** The middle value, or the mean of the middle two. Values are sorted in place. */
    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
