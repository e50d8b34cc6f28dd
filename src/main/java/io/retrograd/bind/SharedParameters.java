package io.retrograd.bind;

import io.retrograd.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Parameters that several operations read. The first who asks for one has it forked into as many
 * branches as there are readers; each reader gets a branch of its own, with the parameter's memory
 * and a gradient that the fork sums up.
 */
final class SharedParameters {
    /** How often each parameter is asked for that is not tied to another. */
    private int uses = 1;

    /** Names of parameters that are others, with these. */
    private final Map<String, String> ties = new HashMap<>();

    /** How often parameters are asked for to which others are tied, by any of their names. */
    private final Map<String, Integer> tiedUses = new HashMap<>();

    /** The branches that nobody has asked for. */
    private final Map<String, Deque<Tensor>> left = new HashMap<>();

    private final Set<String> asked = new HashSet<>();

    /** Binds a child whose parameters are asked for this many times. */
    <T> T among(int times, Supplier<T> child) {
        int outer = uses;
        uses = Math.multiplyExact(uses, times);
        try {
            return child.get();
        } finally {
            uses = outer;
        }
    }

    /**
     * Binds a child with tied parameters.
     *
     * @param names of parameters that are others, with these
     * @param times how often each of the others is asked for, by any of its names
     */
    <T> T tied(Map<String, String> names, Map<String, Integer> times, Supplier<T> child) {
        ties.putAll(names);
        times.forEach((name, count) -> tiedUses.put(name, Math.multiplyExact(uses, count)));
        T bound = child.get();
        names.forEach(
                (name, other) -> {
                    checkAsked(name);
                    checkAsked(other);
                });
        return bound;
    }

    private void checkAsked(String name) {
        if (!asked.contains(name)) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected a tied parameter to be one of the network's, got %s", name));
        }
    }

    /**
     * The parameter of this name, or a branch of it.
     *
     * @param parameter gives it by its own name
     * @param fork makes a number of branches of it
     */
    Tensor next(
            String name,
            Function<String, Tensor> parameter,
            BiFunction<Tensor, Integer, List<Tensor>> fork) {
        asked.add(name);
        String own = ties.getOrDefault(name, name);
        int times = tiedUses.getOrDefault(own, uses);
        Tensor tensor = parameter.apply(own);
        if (times == 1) {
            return tensor;
        }
        Deque<Tensor> branches =
                left.computeIfAbsent(own, key -> new ArrayDeque<>(fork.apply(tensor, times)));
        if (branches.isEmpty()) {
            throw new IllegalStateException(
                    String.format("%s: expected %d uses of it, got more", own, times));
        }
        return branches.remove();
    }

    /**
     * Checks that each branch has a reader, as the gradient of another would be anything.
     *
     * @throws IllegalStateException if one has none
     */
    void check() {
        left.forEach(
                (name, branches) -> {
                    if (!branches.isEmpty()) {
                        throw new IllegalStateException(
                                String.format(
                                        "%s: expected all uses of it to be bound, got %d without",
                                        name, branches.size()));
                    }
                });
    }
}
