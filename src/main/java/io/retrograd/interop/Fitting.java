package io.retrograd.interop;

import io.retrograd.optim.Globs;
import io.retrograd.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Holds the tensors of a file against those of a model, and lists all that does not fit. */
final class Fitting {
    private final Path path;
    private final Map<String, Shape> wanted;
    private final List<Pattern> excepted;
    private final List<Pattern> replaceable;
    private final Map<Pattern, List<Integer>> orders = new LinkedHashMap<>();
    private final Set<String> missing;
    private final List<String> unexpected = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<Match> matches = new ArrayList<>();
    private boolean replaces;

    /**
     * Nothing but the model's.
     *
     * @param wanted the model's tensors
     * @param excepted patterns of those that stay as they are
     * @param replaceable patterns of those that stay as they are if one of them has another shape
     * @param orders of axes, by patterns; empty for the reverse order
     * @throws IllegalArgumentException if a pattern matches no name
     */
    Fitting(
            Path path,
            Map<String, Shape> wanted,
            List<String> excepted,
            List<String> replaceable,
            Map<String, List<Integer>> orders) {
        this.path = path;
        this.wanted = wanted;
        List<String> names = List.copyOf(wanted.keySet());
        this.excepted = Globs.patterns("Weights.except", excepted, names);
        this.replaceable = Globs.patterns("Weights.exceptIfOther", replaceable, names);
        orders.forEach(
                (glob, axes) ->
                        this.orders.put(
                                Globs.patterns("Weights.transpose", List.of(glob), names).get(0),
                                axes));
        missing = new LinkedHashSet<>(names);
        missing.removeIf(name -> Globs.match(this.excepted, name));
    }

    /**
     * A tensor that goes into the model.
     *
     * @param dims its sizes in the file
     * @param axes the file's axis of each of the model's; null for the same order
     */
    record Match(String name, String inFile, List<Long> dims, @Nullable List<Integer> axes) {
        /** The values in the model's order, by index. */
        IntToDoubleFunction order(IntToDoubleFunction inFile) {
            return axes == null ? inFile : new Permuted(dims, axes).of(inFile);
        }
    }

    /** Finds an element of a tensor in one whose axes are in another order. */
    private static final class Permuted {
        private final int[] sizes;
        private final int[] steps;

        Permuted(List<Long> dims, List<Integer> axes) {
            int[] all = new int[dims.size()];
            int step = 1;
            for (int d = all.length - 1; d >= 0; d--) {
                all[d] = step;
                step *= dims.get(d).intValue();
            }
            sizes = axes.stream().mapToInt(axis -> dims.get(axis).intValue()).toArray();
            steps = axes.stream().mapToInt(axis -> all[axis]).toArray();
        }

        IntToDoubleFunction of(IntToDoubleFunction inFile) {
            return i -> {
                int left = i;
                int place = 0;
                for (int d = sizes.length - 1; d >= 0; d--) {
                    place += left % sizes[d] * steps[d];
                    left /= sizes[d];
                }
                return inFile.applyAsDouble(place);
            };
        }
    }

    /** Adds a tensor of the file. */
    void add(String name, String inFile, TensorSource.Entry entry) {
        Shape shape = wanted.get(name);
        if (shape == null) {
            unexpected.add(Safetensors.quote(name));
            return;
        }
        if (Globs.match(excepted, name)) {
            return;
        }
        missing.remove(name);
        List<Integer> axes = axes(name, entry.dims().size());
        List<Long> dims =
                axes == null ? entry.dims() : axes.stream().map(entry.dims()::get).toList();
        boolean floats = entry.kind().floating() && entry.kind() != ElementKind.C64;
        if (floats && !dims.equals(dims(shape)) && Globs.match(replaceable, name)) {
            replaces = true;
            return;
        }
        if (!floats || !dims.equals(dims(shape))) {
            others.add(String.format("%s: expected floats %s, got %s", name, shape.dims(), entry));
            return;
        }
        matches.add(new Match(name, inFile, entry.dims(), axes));
    }

    private static List<Long> dims(Shape shape) {
        return shape.dims().stream().map(Integer::longValue).toList();
    }

    private @Nullable List<Integer> axes(String name, int rank) {
        for (Map.Entry<Pattern, List<Integer>> order : orders.entrySet()) {
            if (order.getKey().matcher(name).matches()) {
                List<Integer> own = IntStream.range(0, rank).boxed().toList();
                List<Integer> axes =
                        order.getValue().isEmpty()
                                ? own.stream().map(d -> rank - 1 - d).toList()
                                : order.getValue();
                if (!axes.stream().sorted().toList().equals(own)) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "Weights.transpose: expected each of the %d axes of %s once,"
                                            + " got %s",
                                    rank, name, axes));
                }
                return axes;
            }
        }
        return null;
    }

    /** What goes into the model. */
    List<Match> matches() {
        return matches;
    }

    /**
     * What became of the names.
     *
     * @throws IllegalArgumentException if anything does not fit
     */
    Weights.Result result(boolean strict) {
        List<String> kept = new ArrayList<>();
        wanted.keySet().stream()
                .filter(it -> Globs.match(excepted, it) || replaced(it))
                .forEach(kept::add);
        matches.removeIf(match -> replaced(match.name()));
        missing.removeIf(this::replaced);
        List<String> problems = new ArrayList<>();
        if (strict && !missing.isEmpty()) {
            problems.add("missing " + missing);
        }
        if (strict && !unexpected.isEmpty()) {
            problems.add("unexpected " + unexpected);
        }
        if (!others.isEmpty()) {
            problems.add("of another shape or kind " + others);
        }
        if (matches.isEmpty() && problems.isEmpty()) {
            problems.add("none, but " + unexpected);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected the model's tensors, got %s; rename them, or choose with"
                                    + " except, ignore and strict(false)",
                            path, String.join(", ", problems)));
        }
        return new Weights.Result(
                matches.stream().map(Match::name).toList(), List.copyOf(missing), unexpected, kept);
    }

    private boolean replaced(String name) {
        return replaces && Globs.match(replaceable, name);
    }
}
