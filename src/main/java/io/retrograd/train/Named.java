package io.retrograd.train;

import java.util.Collection;
import java.util.Map;

/** Values by the names of a network's inputs, outputs or targets. */
final class Named {
    private Named() {}

    /**
     * The only value.
     *
     * @param what they are, as in {@code input}
     * @throws IllegalArgumentException if there are more, or none
     */
    static <T> T only(String what, Map<String, T> values) {
        if (values.size() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a network with one, got %s; pass them by name",
                            what, values.keySet()));
        }
        return values.values().iterator().next();
    }

    /** Checks that values have been given for exactly these names. */
    static void check(String what, Collection<String> names, Collection<String> given) {
        if (given.size() != names.size() || !given.containsAll(names)) {
            throw new IllegalArgumentException(
                    String.format("%s: expected %s, got %s", what, names, given));
        }
    }
}
