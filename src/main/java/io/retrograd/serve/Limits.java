package io.retrograd.serve;

import io.retrograd.tensor.Checks;

/**
 * What a client may ask for.
 *
 * @param bytes of a request's body, at most
 * @param pixels of a picture, at most; a larger one is refused before it is decoded
 * @param seconds to send a request, and again to be answered, at most
 * @param waiting pictures that are decoded or wait for the model, at most
 */
public record Limits(int bytes, long pixels, int seconds, int waiting) {
    /** 20 MB, 2²⁵ pixels, 20 seconds, 256 pictures. */
    public static final Limits USUAL = new Limits(20_000_000, 1L << 25, 20, 256);

    public Limits {
        Checks.atLeast("Limits", "bytes", 1, bytes);
        Checks.atLeast("Limits", "pixels", 1, pixels);
        Checks.atLeast("Limits", "seconds", 1, seconds);
        Checks.atLeast("Limits", "waiting", 1, waiting);
    }
}
