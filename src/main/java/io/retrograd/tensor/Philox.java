package io.retrograd.tensor;

/**
 * Philox 4x32-10, a counter-based random number generator: the bits are a pure function of (seed,
 * stream, index), so every backend draws the same ones, in any order and on any thread.
 *
 * <p>One call of the generator maps a 128-bit counter under a 64-bit key to four 32-bit words. The
 * key is the seed; the counter is (index / 4, stream), each as two words, low word first; word
 * {@code index % 4} of the result belongs to {@code index}.
 *
 * <p>Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy
 * as 1, 2, 3, SC 2011.
 */
public final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long LOW_WORD = 0xFFFFFFFFL;

    private Philox() {}

    /** The 32 random bits of {@code index} in {@code stream}. */
    public static int bits(long seed, long stream, long index) {
        long block = index >>> 2;
        return word(
                (int) seed,
                (int) (seed >>> 32),
                (int) block,
                (int) (block >>> 32),
                (int) stream,
                (int) (stream >>> 32),
                (int) (index & 3));
    }

    /** A number uniform in [0, 1), a multiple of 2⁻³²: the bits of {@code index} over 2³². */
    public static double uniform(long seed, long stream, long index) {
        return (bits(seed, stream, index) & LOW_WORD) * 0x1p-32;
    }

    /** A standard normal number, by Box and Muller from uniforms 2·index and 2·index + 1. */
    public static double normal(long seed, long stream, long index) {
        double u = 1 - uniform(seed, stream, 2 * index);
        double v = uniform(seed, stream, 2 * index + 1);
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }

    /** Word {@code which} of the block for counter (c0, c1, c2, c3) under key (k0, k1). */
    static int word(int k0, int k1, int c0, int c1, int c2, int c3, int which) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW_WORD);
            long product1 = MULTIPLIER_1 * (c2 & LOW_WORD);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return switch (which) {
            case 0 -> c0;
            case 1 -> c1;
            case 2 -> c2;
            default -> c3;
        };
    }
}
