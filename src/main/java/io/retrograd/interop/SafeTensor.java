package io.retrograd.interop;

import io.retrograd.tensor.Shape;

/** One tensor of a safetensors file: its kind, its shape, its elements row-major. Immutable. */
public final class SafeTensor {
    private static final double[] NO_DOUBLES = {};
    private static final long[] NO_LONGS = {};

    private final ElementKind kind;
    private final Shape shape;
    private final double[] doubles;
    private final long[] longs;

    private SafeTensor(ElementKind kind, Shape shape, double[] doubles, long[] longs) {
        int count = kind.floating() ? doubles.length : longs.length;
        if (count != shape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "SafeTensor: expected %d elements for %s, got %d",
                            shape.size(), shape, count));
        }
        this.kind = kind;
        this.shape = shape;
        this.doubles = doubles;
        this.longs = longs;
    }

    /** A float64 tensor. The array is copied. */
    public static SafeTensor of(Shape shape, double... values) {
        return new SafeTensor(ElementKind.F64, shape, values.clone(), NO_LONGS);
    }

    /** An int64 tensor. The array is copied. */
    public static SafeTensor of(Shape shape, long... values) {
        return new SafeTensor(ElementKind.I64, shape, NO_DOUBLES, values.clone());
    }

    /** A tensor of floats that takes over the array. */
    static SafeTensor floats(ElementKind kind, Shape shape, double[] values) {
        return new SafeTensor(kind, shape, values, NO_LONGS);
    }

    /** A tensor of integers that takes over the array. */
    static SafeTensor integers(ElementKind kind, Shape shape, long[] values) {
        return new SafeTensor(kind, shape, NO_DOUBLES, values);
    }

    public ElementKind kind() {
        return kind;
    }

    public Shape shape() {
        return shape;
    }

    /**
     * The elements of a tensor of floats, in a new array.
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
        return kind + " " + shape;
    }
}
