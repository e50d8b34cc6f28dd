package io.retrograd.data;

import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file of separated values, as RFC 4180 has them: values may stand in quotes, which
 * are doubled inside; quoted ones may hold separators and line ends. Empty lines count for nothing.
 */
final class CsvLines {
    private static final String MARK = "\uFEFF";
    private static final char QUOTE = '"';
    private static final String SEPARATORS = ",;\t";
    private static final int SHOWN = 40;

    /**
     * A line's values.
     *
     * @param number of the line on which it begins, from 1
     */
    record Line(int number, List<String> values) {
        Line {
            values = List.copyOf(values);
        }

        /**
         * The numbers in some columns.
         *
         * @param width the number of values that the line must have
         * @param columns the names of those columns
         * @param places of those columns
         */
        double[] numbers(Path file, int width, List<String> columns, int[] places)
                throws IOException {
            if (values.size() != width) {
                throw new IOException(
                        String.format(
                                "%s, line %d: expected %d values, got %d",
                                file, number, width, values.size()));
            }
            double[] row = new double[places.length];
            for (int i = 0; i < row.length; i++) {
                String value = values.get(places[i]);
                row[i] = CsvTable.parse(value);
                if (!(Math.abs(row[i]) <= Float.MAX_VALUE)) {
                    throw new IOException(
                            String.format(
                                    "%s, line %d, column %s: expected a number, got \"%s\"",
                                    file, number, columns.get(i), shortened(value)));
                }
            }
            return row;
        }
    }

    private final Path file;
    private final String text;
    private final char separator;
    private int at;
    private int number = 1;

    private CsvLines(Path file, String text, char separator) {
        this.file = file;
        this.text = text;
        this.separator = separator;
    }

    /** All lines that are not empty. */
    static List<Line> read(Path file, @Nullable Character separator) throws IOException {
        byte[] bytes;
        try (RegularFile open = RegularFile.open(file)) {
            bytes = open.readAll(RegularFile.MOST);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": expected UTF-8, got other bytes", e);
        }
        text = text.startsWith(MARK) ? text.substring(1) : text;
        char between = separator == null ? likeliest(text) : separator;
        return new CsvLines(file, text, between).lines();
    }

    /** What the first line has most of. */
    private static char likeliest(String text) {
        String first = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        char best = SEPARATORS.charAt(0);
        for (int i = 1; i < SEPARATORS.length(); i++) {
            char candidate = SEPARATORS.charAt(i);
            best = count(first, candidate) > count(first, best) ? candidate : best;
        }
        return best;
    }

    private static long count(String line, char wanted) {
        return line.chars().filter(c -> c == wanted).count();
    }

    private List<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        while (at < text.length()) {
            int begin = number;
            List<String> values = line();
            if (values.size() > 1 || !values.get(0).isBlank()) {
                lines.add(new Line(begin, values));
            }
        }
        return lines;
    }

    private List<String> line() throws IOException {
        List<String> values = new ArrayList<>();
        while (true) {
            values.add(at < text.length() && text.charAt(at) == QUOTE ? quoted() : plain());
            if (at >= text.length()) {
                return values;
            }
            char end = text.charAt(at++);
            if (end != separator) {
                boolean two = end == '\r' && at < text.length() && text.charAt(at) == '\n';
                at += two ? 1 : 0;
                number++;
                return values;
            }
        }
    }

    private String plain() {
        int begin = at;
        while (at < text.length() && !ends(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private boolean ends(char c) {
        return c == separator || c == '\n' || c == '\r';
    }

    private String quoted() throws IOException {
        int line = number;
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            boolean twice = at < text.length() && text.charAt(at) == QUOTE;
            if (c == QUOTE && !twice) {
                if (at < text.length() && !ends(text.charAt(at))) {
                    break;
                }
                return value.toString();
            }
            at += c == QUOTE ? 1 : 0;
            number += c == '\n' ? 1 : 0;
            value.append(c);
        }
        throw new IOException(
                String.format(
                        "%s, line %d: expected a closing quote before a separator or the line's"
                                + " end, got none",
                        file, line));
    }

    /** A value for a message. */
    static String shortened(String value) {
        String one = value.replaceAll("\\R", " ");
        return one.length() > SHOWN ? one.substring(0, SHOWN) : one;
    }
}
