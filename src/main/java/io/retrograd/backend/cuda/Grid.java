package io.retrograd.backend.cuda;

/**
 * How many threads a launch has.
 *
 * @param blocks blocks in x, y, z
 * @param threads threads of a block in x, y, z
 * @param sharedBytes dynamic shared memory of a block
 * @param elements how many elements of each array the kernel uses; 0 where each argument says it
 */
public record Grid(Size blocks, Size threads, int sharedBytes, long elements) {
    /** Threads of a block, where a kernel does not ask for another number. */
    static final int THREADS = 256;

    /** Threads of a warp. */
    static final int WARP = 32;

    private static final int MOST_BLOCKS = Integer.MAX_VALUE;

    /** Sizes in x, y, z. */
    public record Size(int x, int y, int z) {
        public Size {
            if (x < 1 || y < 1 || z < 1) {
                throw new IllegalArgumentException(
                        "Grid: expected sizes of at least 1, got ("
                                + x
                                + ", "
                                + y
                                + ", "
                                + z
                                + ")");
            }
        }
    }

    /** One dimension. */
    public static Grid of(int blocks, int threads) {
        return new Grid(new Size(blocks, 1, 1), new Size(threads, 1, 1), 0, 0);
    }

    /**
     * Blocks of 256 for a kernel whose threads each take one element: as many as cover {@code n}.
     * Every array must have {@code n} elements.
     */
    public static Grid over(long n) {
        if (n < 1) {
            throw new IllegalArgumentException("Grid: expected n of at least 1, got " + n);
        }
        int blocks = (int) Math.min(MOST_BLOCKS, (n + THREADS - 1) / THREADS);
        return new Grid(new Size(blocks, 1, 1), new Size(THREADS, 1, 1), 0, n);
    }

    /**
     * Blocks that each take {@code elements} elements: of 256 threads, or of fewer, a multiple of a
     * warp's, where that is enough for one each.
     */
    static Grid blocks(int blocks, long elements) {
        long warps = (elements + WARP - 1) / WARP;
        return of(blocks, (int) Math.min(THREADS, warps * WARP));
    }

    /** Blocks of 256 for a kernel that has a warp for each row. */
    static Grid warps(int rows) {
        int warps = THREADS / WARP;
        return of((rows + warps - 1) / warps, THREADS);
    }

    /** With dynamic shared memory. */
    public Grid shared(int bytes) {
        return new Grid(blocks, threads, bytes, elements);
    }
}
