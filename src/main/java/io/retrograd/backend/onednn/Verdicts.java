package io.retrograd.backend.onednn;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Which primitives were seen to compute what they should; each is rehearsed once. */
final class Verdicts {
    private final ConcurrentMap<String, Boolean> known = new ConcurrentHashMap<>();

    /**
     * Whether a primitive computes what it should.
     *
     * @param threads that compute it
     */
    boolean sound(Primitive primitive, int threads) {
        return known.computeIfAbsent(
                threads + " threads: " + primitive.describe(), key -> primitive.sound());
    }
}
