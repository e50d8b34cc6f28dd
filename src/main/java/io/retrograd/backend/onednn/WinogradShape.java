package io.retrograd.backend.onednn;

/**
 * Sizes of a convolution by 3x3 windows that lie side by side, in tiles of 2x2 outputs. Where the
 * output has odd sizes, the last tiles hang over its edge.
 *
 * @param images batch size
 * @param top rows of zeros above the input
 * @param left columns of zeros before the input
 */
record WinogradShape(
        int images,
        int inHeight,
        int inWidth,
        int inChannels,
        int outHeight,
        int outWidth,
        int outChannels,
        int top,
        int left) {
    /** Numbers of a transformed tile, and so products of matrices: 4x4. */
    static final int PLANES = 16;

    /** Side of a window. */
    static final int KERNEL = 3;

    /** Numbers of a window. */
    static final int WINDOW = KERNEL * KERNEL;

    /** Side of a transformed tile. */
    static final int SIDE = 4;

    private static final int CACHED_BYTES = 512 << 10;
    private static final int FEWEST_TILES = 64;
    private static final int MOST_TILES = 256;

    /** The convolution that computes the gradient of this one's input from its output's. */
    WinogradShape transposed() {
        return new WinogradShape(
                images,
                outHeight,
                outWidth,
                outChannels,
                inHeight,
                inWidth,
                inChannels,
                KERNEL - 1 - top,
                KERNEL - 1 - left);
    }

    /** Products in sums over windows, those with padding too. */
    long products() {
        long pixels = (long) images * outHeight * outWidth;
        return pixels * WINDOW * inChannels * outChannels;
    }

    /** Pairs of channels, each with a window of its own. */
    int pairs() {
        return inChannels * outChannels;
    }

    /** Tiles beside each other. */
    int across() {
        return (outWidth + 1) / 2;
    }

    /** Rows of tiles of one image. */
    int down() {
        return (outHeight + 1) / 2;
    }

    /** Rows of tiles of all images. */
    int rows() {
        return images * down();
    }

    /** Rows of tiles that one thread transforms and multiplies at once, to stay in its cache. */
    int blockRows() {
        int tile = PLANES * (inChannels + outChannels) * Float.BYTES;
        int tiles = Math.max(FEWEST_TILES, Math.min(MOST_TILES, CACHED_BYTES / tile));
        return Math.max(1, Math.min(rows(), tiles / across()));
    }

    /** Tiles of as many rows. */
    int blockTiles() {
        return blockRows() * across();
    }

    /** The number of such blocks; the last may be smaller. */
    int blocks() {
        return (rows() + blockRows() - 1) / blockRows();
    }
}
