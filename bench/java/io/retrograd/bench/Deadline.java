package io.retrograd.bench;

/** When a run has to be done, from the start of the command. */
final class Deadline {
    private static final double NANOS = 1e9;

    private final Stopwatch watch = new Stopwatch();
    private final double seconds;

    /** Time that passes. */
    static final class Stopwatch {
        private final long begin = System.nanoTime();

        double seconds() {
            return (System.nanoTime() - begin) / NANOS;
        }
    }

    /** So many seconds from now. */
    Deadline(double seconds) {
        this.seconds = seconds;
    }

    /** Whether something that takes so long would be done in time. */
    boolean allows(double more) {
        return watch.seconds() + more <= seconds;
    }

    /** Seconds of the fastest run of a work that is repeated for so long. */
    static double fastest(Runnable work, double seconds) {
        Stopwatch all = new Stopwatch();
        double least = Double.POSITIVE_INFINITY;
        do {
            Stopwatch one = new Stopwatch();
            work.run();
            least = Math.min(least, one.seconds());
        } while (all.seconds() < seconds);
        return least;
    }
}
