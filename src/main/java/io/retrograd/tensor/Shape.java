package io.retrograd.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor, outermost first: (N, C, spatial...) for images, (N, I) for vectors.
 *
 * <p>Immutable. Every size is at least 1; the empty shape {@code ()} is a scalar. The number of
 * elements fits in a {@code long}.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final long size;

    private Shape(int[] dims) {
        this.dims = dims;
        long product = 1;
        for (int dim : dims) {
            if (dim < 1) {
                throw new IllegalArgumentException(
                        "Shape: every size must be at least 1, got " + Arrays.toString(dims));
            }
            try {
                product = Math.multiplyExact(product, (long) dim);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "Shape: too many elements in " + Arrays.toString(dims), e);
            }
        }
        this.size = product;
    }

    /**
     * A shape of these sizes.
     *
     * @param dims sizes, outermost first; none for a scalar. Not modified.
     * @throws IllegalArgumentException if a size is below 1 or the element count overflows
     */
    public static Shape of(int... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
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

    /** This shape behind one more outermost dimension: the batch of {@code n} such samples. */
    public Shape batch(int n) {
        int[] batched = new int[dims.length + 1];
        batched[0] = n;
        System.arraycopy(dims, 0, batched, 1, dims.length);
        return of(batched);
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
        return Arrays.stream(dims)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
