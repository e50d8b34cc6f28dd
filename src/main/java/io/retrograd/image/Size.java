package io.retrograd.image;

/** The sides of a picture, in pixels. */
public record Size(int height, int width) {
    /** Refuses sides below 1. */
    static void check(String where, int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected sides of at least 1 pixel, got %d by %d",
                            where, width, height));
        }
    }
}
