package io.retrograd.gradcheck;

import io.retrograd.tensor.Shape;
import java.util.List;

/** Positions in tensors. */
final class Indices {
    private Indices() {}

    /** The index in each dimension of the row-major element {@code flat}. */
    static List<Integer> of(Shape shape, int flat) {
        Integer[] index = new Integer[shape.rank()];
        int rest = flat;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            index[i] = rest % shape.dim(i);
            rest /= shape.dim(i);
        }
        return List.of(index);
    }
}
