package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;

/** Checks and output sizes that operations over spatial dimensions share. */
final class Spatial {
    private Spatial() {}

    /** Checks that there is one value a spatial dimension, each at least {@code least}. */
    static List<Integer> check(
            String where, String what, List<Integer> values, int dims, int least) {
        if (values.size() != dims) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %s of %d sizes, got %s", where, what, dims, values));
        }
        for (int value : values) {
            if (value < least) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: %s must be at least %d, got %s", where, what, least, values));
            }
        }
        return List.copyOf(values);
    }

    /** Checks that x is (N, C) followed by {@code dims} spatial sizes. */
    static void checkInput(String where, Shape x, int dims) {
        if (x.rank() != dims + 2) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected input (N, C, %d spatial sizes), got %s", where, dims, x));
        }
    }

    /**
     * Positions at which a window of {@code kernel} elements, dilated, fits: 0 or less for none.
     */
    static long positions(long input, int kernel, int stride, long padding, int dilation) {
        long extent = (long) dilation * (kernel - 1) + 1;
        return Math.floorDiv(input + padding - extent, (long) stride) + 1;
    }

    /** Turns an output size into a dimension, or says that the window does not fit. */
    static int dimension(String where, long size, Shape x) {
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a window that fits the padded input %s, got output size"
                                    + " %d; make kernel, dilation or stride smaller",
                            where, x, size));
        }
        return (int) size;
    }
}
