package io.retrograd.operation;

/**
 * A fingerprint of the smooth pieces on which a piecewise function is being evaluated.
 *
 * <p>Two evaluations with equal fingerprints lie on the same pieces (up to a hash collision of 64
 * bits), so a finite difference between them crosses no kink.
 */
public final class KinkLedger {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private long fingerprint;

    /** Adds the number of the piece on which the next element lies. */
    public void add(int piece) {
        fingerprint = Long.rotateLeft((fingerprint ^ piece) * MULTIPLIER, 29);
    }

    /** The fingerprint of all pieces added so far. */
    public long fingerprint() {
        return fingerprint;
    }
}
