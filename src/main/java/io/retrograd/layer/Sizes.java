package io.retrograd.layer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Sizes that a user gives for all spatial dimensions at once or one by one. */
final class Sizes {
    private Sizes() {}

    /**
     * One size a dimension.
     *
     * @param values one for all dimensions, or {@code dims} of them. Not modified.
     * @throws IllegalArgumentException for another count
     */
    static List<Integer> of(String where, String what, int dims, int... values) {
        if (values.length == 1) {
            return all(dims, values[0]);
        }
        if (values.length != dims) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %s as 1 or %d sizes, got %s",
                            where, what, dims, Arrays.toString(values)));
        }
        return Arrays.stream(values).boxed().toList();
    }

    /** As {@link #of}; each at least 1. */
    static List<Integer> positive(String where, String what, int dims, int... values) {
        List<Integer> sizes = of(where, what, dims, values);
        if (sizes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be at least 1, got %s", where, what, sizes));
        }
        return sizes;
    }

    /** As {@link #positive}, from a list. */
    static List<Integer> positive(String where, String what, int dims, List<Integer> values) {
        return positive(where, what, dims, values.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The same size in each dimension. */
    static List<Integer> all(int dims, int value) {
        return List.copyOf(Collections.nCopies(dims, value));
    }

    /** Adds {@code name=sizes} to the parts of a layer's text, unless all are the default. */
    static void describe(List<String> parts, String name, List<Integer> sizes, int standard) {
        if (!sizes.equals(all(sizes.size(), standard))) {
            parts.add(name + "=" + sizes);
        }
    }
}
