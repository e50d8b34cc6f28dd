package io.retrograd.optim;

import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Patterns of parameters' names: {@code *} is any characters, dots too, {@code ?} is one. */
public final class Globs {
    private Globs() {}

    /**
     * Patterns that match whole names.
     *
     * @param where for the message
     * @throws IllegalArgumentException if one matches none of the names
     */
    public static List<Pattern> patterns(String where, List<String> globs, List<String> names) {
        return globs.stream().map(glob -> pattern(where, glob, names)).toList();
    }

    /** A pattern that matches whole names, if there are any. */
    public static Pattern pattern(String glob) {
        String regex =
                glob.chars()
                        .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : quote((char) c))
                        .collect(Collectors.joining());
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    private static Pattern pattern(String where, String glob, List<String> names) {
        Pattern pattern = pattern(glob);
        if (names.stream().noneMatch(name -> pattern.matcher(name).matches())) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a pattern that matches a parameter, got \"%s\"; there"
                                    + " are %s",
                            where, glob, names));
        }
        return pattern;
    }

    private static String quote(char c) {
        return Pattern.quote(String.valueOf(c));
    }

    /** Whether any matches the parameter's name. */
    static boolean match(List<Pattern> patterns, Tensor w) {
        return match(patterns, w.name());
    }

    /** Whether any matches the name. */
    public static boolean match(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
