package io.retrograd.backend.onednn;

/** Measures the time of work. */
final class Timing {
    /** Longer than a busy neighbour has the core at once. */
    private static final double LEAST_MILLISECONDS = 10;

    private static final double ENOUGH_MILLISECONDS = 40;
    private static final int FEWEST_RUNS = 2;
    private static final int ENOUGH_RUNS = 6;
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private Timing() {}

    /** Milliseconds of the shortest of some runs. */
    static double shortest(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int runs = 0; !enough(runs, spent); runs++) {
            long start = System.nanoTime();
            work.run();
            double time = (System.nanoTime() - start) / NANOS_PER_MILLISECOND;
            best = Math.min(best, time);
            spent += time;
        }
        return best;
    }

    private static boolean enough(int runs, double spent) {
        return runs >= FEWEST_RUNS
                && spent >= LEAST_MILLISECONDS
                && (runs >= ENOUGH_RUNS || spent >= ENOUGH_MILLISECONDS);
    }
}
