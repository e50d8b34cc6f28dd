package io.retrograd.tensor;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor, outermost first: (N, C, spatial...) for images, (N, I) for vectors.
 *
 * <p>Immutable. Every size is at least 1; the empty shape {@code ()} is a scalar. It has at most
 * {@link #MOST_ELEMENTS} elements, so an index, a product of some of its sizes, and a count of its
 * elements are exact as an {@code int}, and bytes are as a {@code long}.
 */
public final class Shape {
    /** As many as a Java array can hold on every JVM. */
    public static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final long size;

    private Shape(int[] dims) {
        this.dims = dims;
        long product = 1;
        for (int dim : dims) {
            if (dim < 1) {
                throw new IllegalArgumentException(
                        "Shape: every size must be at least 1, got " + text(dims));
            }
            product = product > MOST_ELEMENTS ? product : product * dim;
        }
        if (product > MOST_ELEMENTS) {
            BigInteger count =
                    Arrays.stream(dims)
                            .mapToObj(BigInteger::valueOf)
                            .reduce(BigInteger.ONE, BigInteger::multiply);
            throw tooLarge(text(dims), count);
        }
        size = product;
    }

    private static IllegalArgumentException tooLarge(String what, BigInteger count) {
        return new IllegalArgumentException(
                String.format(
                        "Shape: expected at most %,d elements, got %s with %,d; make the batch or"
                                + " the layer smaller",
                        MOST_ELEMENTS, what, count));
    }

    /**
     * A shape of these sizes.
     *
     * @param dims sizes, outermost first; none for a scalar. Not modified.
     * @throws IllegalArgumentException if a size is below 1 or there are more than {@link
     *     #MOST_ELEMENTS} elements
     */
    public static Shape of(int... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /**
     * The shape of n elements in a row.
     *
     * @param what the owner, for the error
     * @throws IllegalArgumentException for less than 1 or more than {@link #MOST_ELEMENTS}
     */
    public static Shape vector(String what, long elements) {
        if (elements > MOST_ELEMENTS) {
            throw tooLarge(what, BigInteger.valueOf(elements));
        }
        return of((int) Math.max(0, elements));
    }

    /**
     * The shape that a text names: {@code 64,1,28,28}, {@code 64x1x28x28} or {@code (64, 1, 28,
     * 28)}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Shape parse(String text) {
        try {
            String sizes = text.strip().replaceFirst("^\\((.*)\\)$", "$1").strip();
            return of(
                    Arrays.stream(sizes.split("\\s*[,x]\\s*", -1))
                            .mapToInt(Integer::parseInt)
                            .toArray());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Shape: expected sizes as in 64,1,28,28, got " + text, e);
        }
    }

    /** A shape of these sizes, outermost first. */
    public static Shape of(List<Integer> dims) {
        return of(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    public int rank() {
        return dims.length;
    }

    /** Size of dimension {@code i}, {@code 0 <= i < rank()}. */
    public int dim(int i) {
        return dims[i];
    }

    /** Number of elements: the product of all sizes, 1 for a scalar. */
    public long size() {
        return size;
    }

    /** All sizes, outermost first. */
    public List<Integer> dims() {
        return Arrays.stream(dims).boxed().toList();
    }

    /** The sizes from dimension {@code from} on: {@code (N, C, H, W).tail(2)} is (H, W). */
    public Shape tail(int from) {
        return of(Arrays.copyOfRange(dims, from, dims.length));
    }

    /** This shape behind one more outermost dimension: {@code (H, W).prepend(C)} is (C, H, W). */
    public Shape prepend(int size) {
        int[] longer = new int[dims.length + 1];
        longer[0] = size;
        System.arraycopy(dims, 0, longer, 1, dims.length);
        return of(longer);
    }

    /** The shape of {@code n} samples of this one. */
    public Shape batch(int n) {
        return prepend(n);
    }

    /** This shape with dimension {@code i} of size {@code dim}. */
    public Shape with(int i, int dim) {
        int[] changed = dims.clone();
        changed[i] = dim;
        return of(changed);
    }

    /** The index in each dimension of the row-major element {@code flat}. */
    public List<Integer> index(int flat) {
        Integer[] index = new Integer[dims.length];
        int rest = flat;
        for (int i = dims.length - 1; i >= 0; i--) {
            index[i] = rest % dims[i];
            rest /= dims[i];
        }
        return List.of(index);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** As in {@code (64, 3, 32, 32)}. */
    @Override
    public String toString() {
        return text(dims);
    }

    private static String text(int[] dims) {
        return Arrays.stream(dims)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
