package io.retrograd.layer;

import java.util.Arrays;
import java.util.List;

/**
 * The mean over dimensions, which y lacks.
 *
 * @param dims the dimensions, 1 or more; negative ones count from the end
 */
public record Mean(List<Integer> dims) implements OverDimensions {
    public Mean {
        dims = List.copyOf(dims);
    }

    public Mean(int... dims) {
        this(Arrays.stream(dims).boxed().toList());
    }

    @Override
    public boolean mean() {
        return true;
    }
}
