package io.retrograd.kernel;

import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel is given, as in {@code x:(4,3) w:(3)[0.5,2] slope=0.1}: arrays with their shapes,
 * perhaps with bounds of their values, and numbers.
 *
 * @param arrays at least one
 * @param constants numbers by name
 */
public record KernelInputs(List<Array> arrays, Map<String, Double> constants) {
    private static final Pattern ITEM =
            Pattern.compile(
                    "([A-Za-z_]\\w*)\\s*"
                            + "(?::\\s*\\(([^()]*)\\)\\s*(?:\\[([^\\[\\],]+),([^\\[\\],]+)])?"
                            + "|=\\s*([^\\s,;]+))");

    private static final Pattern BETWEEN = Pattern.compile("[\\s,;]*");

    /**
     * An array.
     *
     * @param bounds of its values, low and high; null to draw them as gradient checks do
     */
    public record Array(String name, Shape shape, @Nullable Bounds bounds) {}

    /** Values from {@code low} up to {@code high}. */
    public record Bounds(double low, double high) {}

    public KernelInputs {
        arrays = List.copyOf(arrays);
        constants = Map.copyOf(constants);
    }

    /**
     * Reads a description.
     *
     * @throws IllegalArgumentException if it is no such text, or has a name twice
     */
    public static KernelInputs parse(String text) {
        List<Array> arrays = new ArrayList<>();
        Map<String, Double> constants = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        Matcher item = ITEM.matcher(text);
        int end = 0;
        while (item.find() && BETWEEN.matcher(text.substring(end, item.start())).matches()) {
            end = item.end();
            String name = item.group(1);
            if (!names.add(name)) {
                throw new IllegalArgumentException("expected each name once, got " + name);
            }
            if (item.group(5) == null) {
                arrays.add(new Array(name, Shape.parse(item.group(2)), bounds(item)));
            } else {
                constants.put(name, number(item.group(5)));
            }
        }
        if (arrays.isEmpty() || !BETWEEN.matcher(text.substring(end)).matches()) {
            throw new IllegalArgumentException(
                    "expected arrays and numbers as in \"x:(4,3) w:(3)[0.5,2] slope=0.1\", got \""
                            + text
                            + "\"");
        }
        return new KernelInputs(arrays, constants);
    }

    private static @Nullable Bounds bounds(Matcher item) {
        if (item.group(3) == null) {
            return null;
        }
        Bounds bounds = new Bounds(number(item.group(3)), number(item.group(4)));
        if (!(bounds.low < bounds.high && Double.isFinite(bounds.high - bounds.low))) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected bounds of %s from low to high, got %s to %s",
                            item.group(1), bounds.low, bounds.high));
        }
        return bounds;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number, got " + text.strip(), e);
        }
    }

    /** The first array, which has the part of a layer's input. */
    Array first() {
        return arrays.get(0);
    }

    /** The other arrays, which have the part of a layer's parameters. */
    List<Array> others() {
        return arrays.subList(1, arrays.size());
    }
}
