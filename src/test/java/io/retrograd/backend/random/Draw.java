package io.retrograd.backend.random;

import java.util.List;
import java.util.Random;

/** Draws by a seed: the same seed gives the same. */
final class Draw {
    private final Random random;

    Draw(long seed) {
        random = new Random(seed);
    }

    int of(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** From the first to the last, both included. */
    int between(int first, int last) {
        return first + random.nextInt(last - first + 1);
    }

    /** True once in this many times, on average. */
    boolean once(int times) {
        return random.nextInt(times) == 0;
    }

    long number() {
        return random.nextLong();
    }
}
