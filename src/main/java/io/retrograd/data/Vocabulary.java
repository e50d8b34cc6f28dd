package io.retrograd.data;

import io.retrograd.file.WholeFile;
import io.retrograd.interop.RegularFile;
import io.retrograd.tensor.Checks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Numbers for the words or characters of texts: 0 is padding, 1 whatever was not known, and the
 * others follow, the most frequent first.
 */
public final class Vocabulary {
    /** Fills up short texts. */
    public static final int PADDING = 0;

    /** Stands for what the vocabulary lacks. */
    public static final int UNKNOWN = 1;

    /** The number of the first of {@link #tokens}. */
    public static final int FIRST = 2;

    /** The longest file that is read, in bytes. */
    private static final int LONGEST = 64 << 20;

    /** The unit of text that is a token. */
    public enum Unit {
        /** Unicode characters. */
        CHARACTERS,
        /** Runs of characters between white space. */
        WORDS;

        /** As many tokens as pay: rarer ones are hardly learned. */
        int largestVocabulary() {
            return this == WORDS ? 20_000 : 1000;
        }

        private List<String> split(String text) {
            if (this == WORDS) {
                return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
            }
            return text.codePoints().mapToObj(Character::toString).toList();
        }
    }

    private final Unit unit;
    private final List<String> tokens;
    private final Map<String, Integer> numbers = new HashMap<>();

    private Vocabulary(Unit unit, List<String> tokens) {
        this.unit = unit;
        this.tokens = List.copyOf(tokens);
        for (int i = 0; i < tokens.size(); i++) {
            numbers.put(tokens.get(i), FIRST + i);
        }
    }

    /**
     * The tokens of these texts.
     *
     * @param largest keeps only the most frequent ones, so that {@link #size} is at most this
     */
    public static Vocabulary of(Unit unit, Collection<String> texts, int largest) {
        Checks.atLeast("Vocabulary", "size", FIRST, largest);
        Map<String, Integer> counts = new TreeMap<>();
        texts.forEach(text -> unit.split(text).forEach(t -> counts.merge(t, 1, Integer::sum)));
        List<String> tokens = new ArrayList<>(counts.keySet());
        tokens.sort(
                (a, b) -> Integer.compare(counts.getOrDefault(b, 0), counts.getOrDefault(a, 0)));
        return new Vocabulary(unit, tokens.subList(0, Math.min(tokens.size(), largest - FIRST)));
    }

    /** What a token is. */
    public Unit unit() {
        return unit;
    }

    /** The tokens in the order of their numbers, from {@link #FIRST} on. */
    public List<String> tokens() {
        return tokens;
    }

    /** Number of tokens, padding and the unknown one included. */
    public int size() {
        return FIRST + tokens.size();
    }

    /** The characters or words of a text, whose numbers {@link #encode} gives. */
    public List<String> split(String text) {
        return unit.split(text);
    }

    /** Number of tokens of a text. */
    public int length(String text) {
        return split(text).size();
    }

    /**
     * A text's tokens, as many as there is room for, and padding behind them. A text without any is
     * one unknown token.
     *
     * @param into Modified.
     */
    public void encode(String text, int[] into) {
        List<String> split = unit.split(text);
        for (int i = 0; i < into.length; i++) {
            into[i] = i < split.size() ? numbers.getOrDefault(split.get(i), UNKNOWN) : PADDING;
        }
        if (split.isEmpty() && into.length > 0) {
            into[0] = UNKNOWN;
        }
    }

    /** Writes the unit, then each token on a line of its own, as Unicode numbers. */
    public void save(Path file) throws IOException {
        StringBuilder text = new StringBuilder(unit.name()).append('\n');
        for (String token : tokens) {
            token.codePoints().forEach(c -> text.append(Integer.toHexString(c)).append(' '));
            text.setCharAt(text.length() - 1, '\n');
        }
        WholeFile.write(file, text);
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IOException if it cannot be read or is no vocabulary; the message names the line
     */
    public static Vocabulary load(Path file) throws IOException {
        List<String> lines;
        try (RegularFile open = RegularFile.open(file)) {
            lines = new String(open.readAll(LONGEST), StandardCharsets.UTF_8).lines().toList();
        }
        int number = 1;
        try {
            Unit unit = Unit.valueOf(lines.isEmpty() ? "" : lines.get(0));
            List<String> tokens = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                number++;
                StringBuilder token = new StringBuilder();
                for (String code : line.split(" ", -1)) {
                    token.appendCodePoint(Integer.parseInt(code, 16));
                }
                tokens.add(token.toString());
            }
            return new Vocabulary(unit, tokens);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    String.format("%s, line %d: expected a vocabulary's", file, number), e);
        }
    }
}
