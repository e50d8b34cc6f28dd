package io.retrograd.interop;

import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One tensor of a safetensors file: its kind, its sizes, its elements row-major; there are none if
 * a size is 0. Immutable.
 */
public final class SafeTensor {
    private static final double[] NO_DOUBLES = {};
    private static final long[] NO_LONGS = {};

    private final ElementKind kind;
    private final List<Long> dims;
    private final double[] doubles;
    private final long[] longs;

    private SafeTensor(ElementKind kind, List<Long> dims, double[] doubles, long[] longs) {
        long size = size(dims);
        int count = kind.floating() ? doubles.length : longs.length;
        if (count != size * kind.parts()) {
            throw new IllegalArgumentException(
                    String.format(
                            "SafeTensor: expected %d elements for %s, got %d", size, dims, count));
        }
        this.kind = kind;
        this.dims = List.copyOf(dims);
        this.doubles = doubles;
        this.longs = longs;
    }

    /**
     * The number of elements, 0 if any size is.
     *
     * @throws ArithmeticException if it is no long
     */
    static long size(List<Long> dims) {
        return dims.contains(0L) ? 0 : dims.stream().reduce(1L, Math::multiplyExact);
    }

    private static List<Long> dims(Shape shape) {
        return shape.dims().stream().map(Integer::longValue).toList();
    }

    /** A float64 tensor. The array is copied. */
    public static SafeTensor of(Shape shape, double... values) {
        return new SafeTensor(ElementKind.F64, dims(shape), values.clone(), NO_LONGS);
    }

    /** An int64 tensor. The array is copied. */
    public static SafeTensor of(Shape shape, long... values) {
        return new SafeTensor(ElementKind.I64, dims(shape), NO_DOUBLES, values.clone());
    }

    /**
     * The same numbers as another kind: floats rounded to the nearest, of two to the even one;
     * integers unchanged.
     *
     * @throws IllegalArgumentException for a kind that files are not written in, floats as integers
     *     or the reverse, finite floats that would become infinite, and integers out of its range
     */
    public SafeTensor as(ElementKind other) {
        if (!other.written()
                || other.floating() != kind.floating()
                || other.parts() != kind.parts()) {
            throw new IllegalArgumentException(
                    String.format(
                            "SafeTensor.as: expected a kind that %s can be written in, got %s",
                            kind.floating() ? "floats" : "integers", other));
        }
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        double[] floats = new double[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            other.put(number.clear(), doubles[i]);
            floats[i] = other.nextFloat(number.flip());
            if (Double.isInfinite(floats[i]) && !Double.isInfinite(doubles[i])) {
                throw outOfRange(other, Double.toString(doubles[i]), i);
            }
        }
        long[] integers = new long[longs.length];
        boolean sign = kind == ElementKind.U64 ^ other == ElementKind.U64;
        for (int i = 0; i < integers.length; i++) {
            other.put(number.clear(), longs[i]);
            integers[i] = other.nextInteger(number.flip());
            if (integers[i] != longs[i] || (sign && longs[i] < 0)) {
                throw outOfRange(other, Long.toString(longs[i]), i);
            }
        }
        return new SafeTensor(other, dims, floats, integers);
    }

    private static IllegalArgumentException outOfRange(ElementKind kind, String value, int i) {
        return new IllegalArgumentException(
                String.format(
                        "SafeTensor.as: expected numbers in the range of %s, got %s at element %d;"
                                + " choose a wider kind",
                        kind, value, i));
    }

    /** A tensor of floats that takes over the array. */
    static SafeTensor floats(ElementKind kind, List<Long> dims, double[] values) {
        return new SafeTensor(kind, dims, values, NO_LONGS);
    }

    /** A tensor of integers that takes over the array. */
    static SafeTensor integers(ElementKind kind, List<Long> dims, long[] values) {
        return new SafeTensor(kind, dims, NO_DOUBLES, values);
    }

    public ElementKind kind() {
        return kind;
    }

    /** The sizes; none for a scalar. */
    public List<Long> dims() {
        return dims;
    }

    /**
     * The sizes as a shape, which has no room for a size of 0.
     *
     * @throws IllegalArgumentException if one is 0, or more than an int
     */
    public Shape shape() {
        for (long dim : dims) {
            if (dim < 1 || dim > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "SafeTensor: expected a tensor with elements, got " + this);
            }
        }
        return Shape.of(dims.stream().mapToInt(Long::intValue).toArray());
    }

    /**
     * The elements of a tensor of floats, in a new array; two numbers each if they are complex.
     *
     * @throws IllegalStateException for integers
     */
    public double[] doubles() {
        if (!kind.floating()) {
            throw new IllegalStateException("SafeTensor: expected floats, got " + this);
        }
        return doubles.clone();
    }

    /**
     * The elements of a tensor of integers, in a new array.
     *
     * @throws IllegalStateException for floats
     */
    public long[] longs() {
        if (kind.floating()) {
            throw new IllegalStateException("SafeTensor: expected integers, got " + this);
        }
        return longs.clone();
    }

    /** The float at {@code i}, row-major. */
    double doubleAt(int i) {
        return doubles[i];
    }

    /** The integer at {@code i}, row-major. */
    long longAt(int i) {
        return longs[i];
    }

    @Override
    public String toString() {
        return kind + " " + dims;
    }
}
