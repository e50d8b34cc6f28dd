package io.retrograd.backend.reference;

import io.retrograd.tensor.Shape;
import java.util.List;

/** Finds the element of one tensor for each element of another. */
final class Strides {
    private final int[] sizes;
    private final int[] strides;

    private Strides(Shape shape) {
        sizes = shape.dims().stream().mapToInt(Integer::intValue).toArray();
        strides = new int[sizes.length];
    }

    /** For each element of the whole that of a part whose sizes may be 1. */
    static Strides over(Shape part, Shape whole) {
        Strides result = new Strides(whole);
        for (int d = 0; d < part.rank(); d++) {
            result.strides[d] = part.dim(d) == 1 ? 0 : stride(part, d);
        }
        return result;
    }

    /** For each element of y that of x, whose dimension {@code dims[d]} is y's dimension d. */
    static Strides permuted(Shape x, List<Integer> dims, Shape y) {
        Strides result = new Strides(y);
        for (int d = 0; d < y.rank(); d++) {
            result.strides[d] = stride(x, dims.get(d));
        }
        return result;
    }

    private static int stride(Shape x, int dim) {
        return Math.toIntExact(x.tail(dim + 1).size());
    }

    /** The one tensor's element for element i of the other, both row-major. */
    int index(int i) {
        int rest = i;
        int at = 0;
        for (int d = sizes.length - 1; d >= 0; d--) {
            at += rest % sizes[d] * strides[d];
            rest /= sizes[d];
        }
        return at;
    }
}
