package io.retrograd.parity;

import io.retrograd.tensor.Shape;

/** What a case may take, so that a few bytes of attributes cannot ask for hours or gigabytes. */
final class Limits {
    /** Bytes of a case's file. */
    static final long FILE = 128L << 20;

    /** Bytes of what is bound for a case, parameters included. */
    static final long MEMORY = 512L << 20;

    /** Layers of a network, those inside others counted too. */
    static final int LAYERS = 1_000;

    /** Objects and lists inside each other in a case's description. */
    static final int DEPTH = 64;

    /** Terms that one layer may add up in one pass: a few seconds of plain Java. */
    private static final long WORK = 2_000_000_000L;

    private Limits() {}

    /**
     * Refuses layers that would compute for too long.
     *
     * @param y the layer's output
     * @param terms how many numbers it adds up for one element of y, a product of these
     */
    static void checkWork(String where, Shape y, int... terms) {
        double work = y.size();
        for (int factor : terms) {
            work *= factor;
        }
        if (work > WORK) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected at most %.0e multiply-adds, got %.1e",
                            where, (double) WORK, work));
        }
    }
}
