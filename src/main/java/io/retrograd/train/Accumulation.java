package io.retrograd.train;

/**
 * Counts the batches whose gradients one update takes the mean of. Steps of several batch sizes
 * over one model share it.
 */
final class Accumulation {
    private final int batches;
    private int taken;
    private boolean ends;

    /**
     * A count.
     *
     * @param batches of an update, at least 1
     */
    Accumulation(int batches) {
        this.batches = batches;
    }

    /** Whether an update takes more than one batch. */
    boolean several() {
        return batches > 1;
    }

    /** Has the next batch end its update, however many it has. */
    void endWithNext() {
        ends = true;
    }

    /** The number of the next batch among those of its update, from 1. */
    int number() {
        return taken + 1;
    }

    /** Whether no batch waits for the update that it belongs to. */
    boolean between() {
        return taken == 0;
    }

    /** Counts the next batch; whether its update follows it. */
    boolean next() {
        taken++;
        boolean full = taken == batches || ends;
        if (full) {
            taken = 0;
            ends = false;
        }
        return full;
    }

    /** The number of updates in an epoch of so many batches: the last may have fewer. */
    int updates(int perEpoch) {
        return (int) ((perEpoch + batches - 1L) / batches);
    }
}
