package io.retrograd.parity;

import io.retrograd.tensor.Shape;

/** Limits of a case, so that a few bytes of attributes cannot demand hours or gigabytes. */
final class Limits {
    /** Bytes of a case's file. */
    static final long FILE = 128L << 20;

    /** Bytes of what is bound for a case, parameters included. */
    static final long MEMORY = 512L << 20;

    /** Layers of a network, those inside others counted too. */
    static final int LAYERS = 1_000;

    /** Objects and lists inside each other in a case's description. */
    static final int DEPTH = 64;

    /** Terms that one case may add up in all forward passes: seconds of plain Java. */
    private static final double WORK = 300e6;

    private Limits() {}

    /**
     * Refuses an operation that would compute for too long.
     *
     * @param y one of its tensors
     * @param terms how many numbers it adds up for one element of y, a product of these
     */
    static void checkWork(String where, Shape y, int... terms) {
        checkWork(where, work(y, terms));
    }

    /** Refuses what would add up too many terms. */
    static void checkWork(String where, double work) {
        if (work > WORK) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected at most %.0e multiply-adds, got %.1e",
                            where, WORK, work));
        }
    }

    /** Elements of y times the terms that each adds up. */
    static double work(Shape y, int... terms) {
        double work = y.size();
        for (int factor : terms) {
            work *= factor;
        }
        return work;
    }
}
