package io.retrograd.layer;

import java.util.Arrays;
import java.util.List;

/**
 * The sum over dimensions, which y lacks.
 *
 * @param dims the dimensions, 1 or more; negative ones count from the end
 */
public record Sum(List<Integer> dims) implements OverDimensions {
    public Sum {
        dims = List.copyOf(dims);
    }

    public Sum(int... dims) {
        this(Arrays.stream(dims).boxed().toList());
    }

    @Override
    public boolean mean() {
        return false;
    }
}
