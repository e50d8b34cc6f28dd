package io.retrograd.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of numbers and shapes that users pass. */
public final class Checks {
    private Checks() {}

    /** Refuses NaN and infinities. */
    public static void finite(String where, String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be finite, got %s", where, what, value));
        }
    }

    /** Refuses a finite number that overflows to infinity in a precision. */
    public static void fits(String what, double value, DType dtype) {
        if (dtype.overflows(value)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a number up to %s, the largest of %s, got %s",
                            what, dtype.largestText(), dtype.text(), value));
        }
    }

    /** Refuses a number that is not above 0 and finite. */
    public static void positive(String where, String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be above 0, got %s", where, what, value));
        }
    }

    /** Refuses a number below 0, NaN and infinity. */
    public static void notNegative(String where, String what, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be at least 0, got %s", where, what, value));
        }
    }

    /** Refuses a number outside [0, 1]. */
    public static void share(String where, String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be between 0 and 1, got %s", where, what, value));
        }
    }

    /** Refuses a number below {@code least}. */
    public static void atLeast(String where, String what, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be at least %d, got %d", where, what, least, value));
        }
    }

    /** Refuses a number outside [0, 1). */
    public static void fraction(String where, String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be in [0, 1), got %s", where, what, value));
        }
    }

    /** The number of channels of x (N, C, …); refuses a shape of fewer than two dimensions. */
    public static int channels(String where, Shape x) {
        if (x.rank() < 2) {
            throw new IllegalArgumentException(where + ": expected input (N, C, ...), got " + x);
        }
        return x.dim(1);
    }

    /** The dimension, counted from 0; a negative {@code dim} counts from the end. */
    public static int dimension(String where, int dim, Shape x) {
        if (dim < -x.rank() || dim >= x.rank()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a dimension from %d to %d for input %s, got %d",
                            where, -x.rank(), x.rank() - 1, x, dim));
        }
        return dim < 0 ? dim + x.rank() : dim;
    }

    /**
     * Refuses a number of groups that does not divide the channels.
     *
     * @param what the channels, for the message
     */
    public static void groups(String where, String what, int groups, int channels) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: groups must divide %s %d, got %d", where, what, channels, groups));
        }
    }

    /** Refuses another shape than the expected one. */
    public static void shape(String where, String what, Shape expected, Shape got) {
        if (!got.equals(expected)) {
            throw new IllegalArgumentException(
                    String.format("%s: expected %s %s, got %s", where, what, expected, got));
        }
    }

    /** Refuses embeddings that are not (..., E), both of one shape. */
    public static void embeddings(String where, Shape expected, Shape got) {
        if (expected.rank() == 0 || !got.equals(expected)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected embeddings (..., E) of one shape, got %s and %s",
                            where, expected, got));
        }
    }

    /** Refuses a tensor that is not a vector of this size; null is fine. */
    public static void vector(String where, String what, @Nullable Tensor v, int size) {
        if (v != null) {
            shape(where, what, Shape.of(size), v.shape());
        }
    }

    /** Refuses tensors of other shapes. */
    public static void shapes(String where, String what, List<Shape> expected, List<Tensor> got) {
        if (!got.stream().map(Tensor::shape).toList().equals(expected)) {
            throw new IllegalArgumentException(
                    String.format("%s: expected %s %s, got %s", where, what, expected, got));
        }
    }

    /** Refuses a tensor that is not int32. */
    public static void indices(String where, Tensor x) {
        if (x.dtype() != DType.INT32) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected indices, got %s of %s; put it first in the network",
                            where, x, x.dtype()));
        }
    }

    /** Refuses lengths that are not one int32 a sequence; null is fine. */
    public static void lengths(String where, @Nullable Tensor lengths, int batch) {
        vector(where, "lengths", lengths, batch);
        if (lengths != null) {
            indices(where, lengths);
        }
    }
}
