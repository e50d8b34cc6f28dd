package io.retrograd.interop;

import io.retrograd.optim.Globs;
import io.retrograd.train.Model;
import io.retrograd.train.StartingValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The tensors of a file, on their way into a model whose names and layouts are others. Immutable:
 * each setting gives another.
 *
 * <pre>{@code
 * Weights.load(path).from(Torchvision.RESNET18).into(model);
 *
 * Weights.load(path)
 *         .key("state_dict")
 *         .stripPrefix("module.")
 *         .rename("^encoder\\.layer(\\d+)\\.", "$1.body.")
 *         .except("head.*")
 *         .into(model);
 * }</pre>
 *
 * <p>Files are safetensors, or what {@code torch.save} wrote of a state dictionary, of which
 * nothing is executed; or an index of several. Safetensors are mapped into memory: their numbers go
 * from the file to the model when it is first used, and must not be written over before. Settings
 * that change names apply one after the other, in their order; those of {@link #except} and {@link
 * #transpose} are the model's names. Names that end in {@code num_batches_tracked} are ignored, as
 * no layer counts batches.
 *
 * <p>In patterns of names {@code *} is any characters, dots too, and {@code ?} is one.
 */
public final class Weights {
    private static final String COUNTERS = "*num_batches_tracked";

    /** Longer names are no model's: they are not searched for patterns. */
    private static final int LONGEST_NAME = 1000;

    private final Path path;
    private List<String> keys = List.of();
    private List<UnaryOperator<String>> renamings = List.of();
    private List<Pattern> ignored = List.of(Globs.pattern(COUNTERS));
    private List<String> excepted = List.of();
    private List<String> replaceable = List.of();
    private Map<String, List<Integer>> orders = Map.of();
    private boolean strict = true;

    private Weights(Path path) {
        this.path = path;
    }

    /**
     * What became of the names.
     *
     * @param loaded those of the model that have the file's values now
     * @param missing those of the model that the file has not, and that keep their values
     * @param unexpected those of the file, after renaming, that the model has not
     * @param kept those of the model that were left as they are, as was asked
     */
    public record Result(
            List<String> loaded, List<String> missing, List<String> unexpected, List<String> kept) {
        public Result {
            loaded = List.copyOf(loaded);
            missing = List.copyOf(missing);
            unexpected = List.copyOf(unexpected);
            kept = List.copyOf(kept);
        }
    }

    /**
     * The tensors of a file, of those that an index lists, or of the model's in a folder, as {@link
     * Safetensors#read(Path)} takes it. {@link #into} checks it.
     *
     * @throws FormatException if the file is damaged, or of another format
     * @throws IOException if it cannot be read
     */
    public static Weights load(Path path) throws IOException {
        Path file = ShardIndex.locate(path);
        RegularFile.open(file).close();
        return new Weights(file);
    }

    /**
     * The tensors of a dictionary in the file's, as in {@code {"state_dict": ..., "epoch": 3}}; of
     * one in that when called again. For files of {@code torch.save}.
     */
    public Weights key(String key) {
        Weights copy = copy();
        copy.keys = plus(keys, key);
        return copy;
    }

    /** From the names of a known network to ours. */
    public Weights from(Torchvision network) {
        return renamed(network::name);
    }

    /**
     * Replaces what a regular expression finds in names.
     *
     * @param regex as {@link Pattern} has it
     * @param replacement with {@code $1} for what the first group found
     * @throws IllegalArgumentException if either is no such thing
     */
    public Weights rename(String regex, String replacement) {
        return renamed(renaming(regex, replacement));
    }

    static UnaryOperator<String> renaming(String regex, String replacement) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    String.format(
                            "Weights: expected a regular expression, got \"%s\": %s",
                            regex, e.getDescription()),
                    e);
        }
        return name -> {
            try {
                return pattern.matcher(name).replaceAll(replacement);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        String.format(
                                "Weights: expected a replacement for \"%s\", got \"%s\":" + " %s",
                                regex, replacement, e.getMessage()),
                        e);
            }
        };
    }

    /** Takes a prefix from the names that have it, as in {@code "module."}. */
    public Weights stripPrefix(String prefix) {
        return renamed(name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
    }

    /** Puts a prefix before all names. */
    public Weights addPrefix(String prefix) {
        return renamed(name -> prefix + name);
    }

    /** Passes over tensors of the file with such names, before or after renaming. */
    public Weights ignore(String... globs) {
        Weights copy = copy();
        copy.ignored =
                Stream.concat(ignored.stream(), Stream.of(globs).map(Globs::pattern)).toList();
        return copy;
    }

    /**
     * Leaves the model's tensors of such names as they are, whatever the file has under them: a new
     * head for other classes.
     */
    public Weights except(String... globs) {
        Weights copy = copy();
        copy.excepted = Stream.concat(excepted.stream(), Stream.of(globs)).toList();
        return copy;
    }

    /**
     * The same, but only if one of them has another shape than the file's: a head for as many
     * classes is loaded.
     */
    public Weights exceptIfOther(String... globs) {
        Weights copy = copy();
        copy.replaceable = Stream.concat(replaceable.stream(), Stream.of(globs)).toList();
        return copy;
    }

    /**
     * Takes axes in another order, as {@code numpy.transpose} does: axis i of the model's tensor is
     * axis {@code axes[i]} of the file's. Without axes, the reverse order.
     *
     * @param glob of the model's names
     */
    public Weights transpose(String glob, Integer... axes) {
        Weights copy = copy();
        Map<String, List<Integer>> more = new LinkedHashMap<>(orders);
        more.put(glob, List.of(axes));
        copy.orders = more;
        return copy;
    }

    /** Whether names that are missing in the file or in the model are an error; so they are. */
    public Weights strict(boolean value) {
        Weights copy = copy();
        copy.strict = value;
        return copy;
    }

    /**
     * Sets the model's parameters and running statistics. None is changed unless all fit.
     *
     * @return what became of the names
     * @throws FormatException if the file is damaged
     * @throws IllegalArgumentException if names or shapes do not fit, with all that do not; for
     *     NaN, infinities, and values that the model's precision has no number for; for a pattern
     *     that matches none of the model's names
     * @throws IOException if the file cannot be read
     */
    public Result into(Model model) throws IOException {
        try (TensorSource source = TensorSource.open(path, keys)) {
            Fitting fitting =
                    new Fitting(path, StartingValues.shapes(model), excepted, replaceable, orders);
            names(source.entries().keySet())
                    .forEach(
                            (name, inFile) ->
                                    fitting.add(
                                            name,
                                            inFile,
                                            Objects.requireNonNull(source.entries().get(inFile))));
            Result result = fitting.result(strict);
            Map<String, IntToDoubleFunction> values = new LinkedHashMap<>();
            for (Fitting.Match match : fitting.matches()) {
                values.put(match.name(), match.order(source.read(match.inFile())));
            }
            try {
                StartingValues.set(model, values);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
            }
            return result;
        }
    }

    /** The names of the file after renaming, in its order, without those that are ignored. */
    public List<String> names() throws IOException {
        try (TensorSource source = TensorSource.open(path, keys)) {
            return List.copyOf(names(source.entries().keySet()).keySet());
        }
    }

    /** Names in the file by what they are renamed to. */
    private Map<String, String> names(Set<String> inFile) {
        Map<String, String> names = new LinkedHashMap<>();
        Set<String> twice = new LinkedHashSet<>();
        for (String name : inFile) {
            String renamed = name;
            if (name.length() <= LONGEST_NAME) {
                for (UnaryOperator<String> renaming : renamings) {
                    renamed = renaming.apply(renamed);
                }
            }
            if (Globs.match(ignored, name) || Globs.match(ignored, renamed)) {
                continue;
            }
            String other = names.putIfAbsent(renamed, name);
            if (other != null) {
                twice.add(other + " and " + name + " both as " + renamed);
            }
        }
        if (!twice.isEmpty()) {
            throw new IllegalArgumentException(
                    path + ": expected one tensor a name, got " + String.join(", ", twice));
        }
        return names;
    }

    private Weights renamed(UnaryOperator<String> renaming) {
        Weights copy = copy();
        copy.renamings = plus(renamings, renaming);
        return copy;
    }

    private Weights copy() {
        Weights copy = new Weights(path);
        copy.keys = keys;
        copy.renamings = renamings;
        copy.ignored = ignored;
        copy.excepted = excepted;
        copy.replaceable = replaceable;
        copy.orders = orders;
        copy.strict = strict;
        return copy;
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> more = new ArrayList<>(list);
        more.add(element);
        return List.copyOf(more);
    }
}
