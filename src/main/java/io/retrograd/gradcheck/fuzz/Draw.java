package io.retrograd.gradcheck.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws by a seed: the same seed gives the same. */
public final class Draw {
    private final Random random;

    public Draw(long seed) {
        random = new Random(new SplittableRandom(seed).nextLong());
    }

    public int of(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    public <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** From the first to the last, both included. */
    public int between(int first, int last) {
        return first + random.nextInt(last - first + 1);
    }

    /** True once in this many times, on average. */
    public boolean once(int times) {
        return random.nextInt(times) == 0;
    }

    public long number() {
        return random.nextLong();
    }

    /** One choice for all dimensions, or one each. */
    int[] sizes(int dims, int... choices) {
        return once(2)
                ? same(dims, of(choices))
                : IntStream.range(0, dims).map(i -> of(choices)).toArray();
    }

    /** One size for all dimensions. */
    static int[] same(int dims, int size) {
        int[] sizes = new int[dims];
        Arrays.fill(sizes, size);
        return sizes;
    }

    /** From the first to the last, one each. */
    int[] each(int dims, int first, int last) {
        return IntStream.range(0, dims).map(i -> between(first, last)).toArray();
    }

    /** Draws sizes again, smaller, while their product is more than this. */
    void fit(int[] sizes, int most) {
        while (Arrays.stream(sizes).asLongStream().reduce(1, (a, b) -> a * b) > most) {
            int i = between(0, sizes.length - 1);
            sizes[i] = between(1, Math.max(1, sizes[i] - 1));
        }
    }
}
