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
    private static final long WEYL_0 = 0x9E3779B9L;
    private static final long WEYL_1 = 0xBB67AE85L;
    private static final long LOW_WORD = 0xFFFFFFFFL;

    private Philox() {}

    /** The 32 random bits of {@code index} in {@code stream}. */
    public static int bits(long seed, long stream, long index) {
        long low = index >>> 2;
        long high = stream;
        long k0 = seed & LOW_WORD;
        long k1 = seed >>> Integer.SIZE;
        for (int round = 0; round < ROUNDS; round++) {
            long next = next(low, high, MULTIPLIER_1, k0);
            high = next(high, low, MULTIPLIER_0, k1);
            low = next;
            k0 = (k0 + WEYL_0) & LOW_WORD;
            k1 = (k1 + WEYL_1) & LOW_WORD;
        }
        return (int) (((index & 2) == 0 ? low : high) >>> (Integer.SIZE * (index & 1)));
    }

    /**
     * The 32 random bits of the four indices from {@code 4·block} on.
     *
     * @param words room for four. Modified.
     */
    public static void block(long seed, long stream, long block, int[] words) {
        long low = block;
        long high = stream;
        long k0 = seed & LOW_WORD;
        long k1 = seed >>> Integer.SIZE;
        for (int round = 0; round < ROUNDS; round++) {
            long next = next(low, high, MULTIPLIER_1, k0);
            high = next(high, low, MULTIPLIER_0, k1);
            low = next;
            k0 = (k0 + WEYL_0) & LOW_WORD;
            k1 = (k1 + WEYL_1) & LOW_WORD;
        }
        words[0] = (int) low;
        words[1] = (int) (low >>> Integer.SIZE);
        words[2] = (int) high;
        words[3] = (int) (high >>> Integer.SIZE);
    }

    /** A number uniform in [0, 1), a multiple of 2⁻³²: the bits of {@code index} over 2³². */
    public static double uniform(long seed, long stream, long index) {
        return (bits(seed, stream, index) & LOW_WORD) * 0x1p-32;
    }

    /**
     * Shuffles, by Fisher and Yates, with the uniforms of a stream.
     *
     * @param values in any order. Modified.
     */
    public static void shuffle(int[] values, long seed, long stream) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = (int) (uniform(seed, stream, i) * (i + 1));
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    /** A standard normal number, by Box and Muller from uniforms 2·index and 2·index + 1. */
    public static double normal(long seed, long stream, long index) {
        double u = 1 - uniform(seed, stream, 2 * index);
        double v = uniform(seed, stream, 2 * index + 1);
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }

    /**
     * One half of the counter after a round: two words, of which the low one is multiplied in the
     * other half's round.
     */
    private static long next(long half, long other, long multiplier, long key) {
        long product = multiplier * (other & LOW_WORD);
        return Long.rotateLeft(product, Integer.SIZE) ^ (half >>> Integer.SIZE) ^ key;
    }
}
