package io.retrograd.backend.onednn;

/** How long something takes. */
final class Timing {
    private static final double ENOUGH_MILLISECONDS = 40;
    private static final int FEWEST_RUNS = 2;
    private static final int MOST_RUNS = 6;
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private Timing() {}

    /** Milliseconds of the shortest of a few runs. */
    static double shortest(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int i = 0; i < MOST_RUNS && (i < FEWEST_RUNS || spent < ENOUGH_MILLISECONDS); i++) {
            long start = System.nanoTime();
            work.run();
            double time = (System.nanoTime() - start) / NANOS_PER_MILLISECOND;
            best = Math.min(best, time);
            spent += time;
        }
        return best;
    }
}
