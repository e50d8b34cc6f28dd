package io.retrograd.gradcheck.fuzz;

import io.retrograd.gradcheck.ValueFamily;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerValues;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Makes a case that fails as small as it can while it fails: every size and every number of the
 * layer goes to its smallest, its half, or one less, every switch to off, values to plain ones.
 */
public final class Shrinker {
    private final Predicate<FuzzCase> fails;
    private final BooleanSupplier more;

    /**
     * A shrinker.
     *
     * @param fails whether a case fails
     * @param more false once it has to end with what it has
     */
    public Shrinker(Predicate<FuzzCase> fails, BooleanSupplier more) {
        this.fails = fails;
        this.more = more;
    }

    /** The smallest case that it finds. */
    public FuzzCase shrink(FuzzCase found) {
        FuzzCase smallest = found;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (FuzzCase candidate : candidates(smallest)) {
                if (!more.getAsBoolean()) {
                    return smallest;
                }
                if (candidate.fits() && fails.test(candidate)) {
                    smallest = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    /** Those that are smaller in one thing, the boldest first. */
    private static List<FuzzCase> candidates(FuzzCase from) {
        List<FuzzCase> candidates = new ArrayList<>();
        if (!from.training()) {
            candidates.add(from.inTraining());
        }
        if (from.values() != ValueFamily.SPREAD) {
            candidates.add(from.with(ValueFamily.SPREAD));
        }
        Map<String, Object> values = LayerValues.of(from.layer());
        List<Integer> dims = from.shape().dims();
        for (int i = 0; i < dims.size(); i++) {
            for (int size : below(dims.get(i), 1)) {
                List<Integer> smaller = new ArrayList<>(dims);
                smaller.set(i, size);
                Shape shape = Shape.of(smaller);
                candidates.add(from.with(from.layer(), shape));
                add(candidates, from, replacedIn(values, dims.get(i), size), shape);
            }
        }
        each(values, changed -> add(candidates, from, changed, from.shape()));
        return candidates;
    }

    /** The same values with every such number replaced. */
    private static Object replaced(Object value, int number, int by) {
        if (value instanceof Map<?, ?> map) {
            return replacedIn(map, number, by);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(element -> replaced(element, number, by)).toList();
        }
        return value.equals(number) ? by : value;
    }

    private static Map<String, Object> replacedIn(Map<?, ?> values, int number, int by) {
        Map<String, Object> changed = new LinkedHashMap<>();
        values.forEach(
                (name, value) -> changed.put(String.valueOf(name), replaced(value, number, by)));
        return changed;
    }

    private static void add(
            List<FuzzCase> candidates, FuzzCase from, Map<String, Object> values, Shape shape) {
        try {
            Layer layer = LayerValues.layer(values);
            candidates.add(from.with(layer, shape));
        } catch (IllegalArgumentException e) {
            return; // No layer has such settings.
        }
    }

    /** All maps with one number or switch made smaller. */
    private static void each(Map<String, Object> values, Consumer<Map<String, Object>> to) {
        values.forEach(
                (name, value) ->
                        smaller(
                                value,
                                changed -> {
                                    Map<String, Object> copy = new LinkedHashMap<>(values);
                                    copy.put(name, changed);
                                    to.accept(copy);
                                }));
    }

    @SuppressWarnings("unchecked")
    private static void smaller(Object value, Consumer<Object> to) {
        if (value instanceof Integer number) {
            below(number, 0).forEach(to);
        } else if (value instanceof Boolean on) {
            if (on) {
                to.accept(false);
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                int at = i;
                smaller(
                        list.get(i),
                        changed -> {
                            List<Object> copy = new ArrayList<>(list);
                            copy.set(at, changed);
                            to.accept(copy);
                        });
            }
        } else if (value instanceof Map<?, ?> map) {
            each((Map<String, Object>) map, to::accept);
        }
    }

    /** The least, the half, and one less, of what is more than the least. */
    private static List<Integer> below(int value, int least) {
        return value <= least
                ? List.of()
                : List.of(least, Math.max(least, 1), value / 2, value - 1).stream()
                        .filter(smaller -> smaller >= least && smaller < value)
                        .distinct()
                        .toList();
    }
}
