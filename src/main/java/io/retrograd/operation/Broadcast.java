package io.retrograd.operation;

import io.retrograd.tensor.Shape;

/**
 * Tensors laid over each other: where one has size 1, its element counts for all of the other's.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/notes/broadcasting.html">PyTorch</a>, but that
 *     both have as many dimensions here
 */
public final class Broadcast {
    /** The most dimensions, which a kernel's table has room for. */
    private static final int MOST_DIMENSIONS = 8;

    private Broadcast() {}

    /**
     * The shape that covers both.
     *
     * @throws IllegalArgumentException if sizes differ and neither is 1
     */
    public static Shape shape(String where, Shape a, Shape b) {
        if (a.rank() != b.rank() || a.rank() > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected inputs of as many dimensions, %d at most, got %s and %s",
                            where, MOST_DIMENSIONS, a, b));
        }
        Shape shape = a;
        for (int i = 0; i < a.rank(); i++) {
            if (a.dim(i) != b.dim(i) && a.dim(i) != 1 && b.dim(i) != 1) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected inputs of equal sizes, or size 1, got %s and %s",
                                where, a, b));
            }
            shape = shape.with(i, Math.max(a.dim(i), b.dim(i)));
        }
        return shape;
    }

    /**
     * How far apart neighbours of {@code over} in each dimension lie in x: 0 where x has one
     * element for all of them.
     */
    public static int[] strides(Shape x, Shape over) {
        int[] strides = new int[x.rank()];
        int stride = 1;
        for (int i = x.rank() - 1; i >= 0; i--) {
            strides[i] = x.dim(i) == 1 && over.dim(i) != 1 ? 0 : stride;
            stride *= x.dim(i);
        }
        return strides;
    }
}
