package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.function.IntToLongFunction;

/** Checks and output sizes that operations over spatial dimensions share. */
final class Spatial {
    private Spatial() {}

    /** The number of spatial dimensions, 1 to 3, for which there are these sizes. */
    static int dimensions(String where, List<Integer> sizes) {
        if (sizes.isEmpty() || sizes.size() > 3) {
            throw new IllegalArgumentException(
                    where + ": expected 1 to 3 spatial dimensions, got " + sizes.size());
        }
        return sizes.size();
    }

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

    /** Checks that w is a channel's weights, (K, C) followed by {@code dims} kernel sizes. */
    static void checkWeight(String where, Shape w, int dims) {
        if (w.rank() != dims + 2) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected weight of 2 numbers of channels and %d kernel sizes, got"
                                    + " %s",
                            where, dims, w));
        }
    }

    /**
     * (N, channels, spatial...)
     *
     * @param size the size of each spatial dimension; less than 1 where the window does not fit
     */
    static Shape outputShape(String where, Shape x, int channels, IntToLongFunction size) {
        int[] y = new int[x.rank()];
        y[0] = x.dim(0);
        y[1] = channels;
        for (int i = 2; i < y.length; i++) {
            y[i] = dimension(where, size.applyAsLong(i - 2), x);
        }
        return Shape.of(y);
    }

    /** Positions at which a dilated window of {@code kernel} elements fits; 0 or less for none. */
    static long positions(long input, int kernel, int stride, long padding, int dilation) {
        long extent = (long) dilation * (kernel - 1) + 1;
        return Math.floorDiv(input + padding - extent, (long) stride) + 1;
    }

    private static int dimension(String where, long size, Shape x) {
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
