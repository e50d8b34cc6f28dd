package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The verdicts on primitives, each of which is rehearsed once. */
final class Verdicts {
    private final ConcurrentMap<String, Boolean> known = new ConcurrentHashMap<>();

    /**
     * Whether a primitive computes what it should.
     *
     * @param threads that compute it
     */
    boolean sound(Primitive primitive, int threads) {
        String key =
                String.format(
                        "%d threads: %s by %s",
                        threads, primitive.describe(), primitive.layoutOrNull(DNNL_ARG_WEIGHTS));
        return known.computeIfAbsent(key, it -> primitive.sound());
    }
}
