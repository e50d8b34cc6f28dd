package io.retrograd.data;

import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table of numbers with a column of labels, from a text file: values between separators, quoted
 * or not, one row a line.
 *
 * @param columns the names of the columns without the labels'; their numbers where the file has
 *     none
 * @param named whether the file names its columns
 * @param separator that the values stand between; null if it was looked for
 * @param labelNames the labels in their order, numbers by value
 * @param rows the numbers of each row
 * @param labels the number of each row's label
 * @param texts each row as it stands in the file
 */
public record CsvTable(
        List<String> columns,
        boolean named,
        @Nullable Character separator,
        List<String> labelNames,
        List<double[]> rows,
        List<Integer> labels,
        List<String> texts) {
    /** More than any classifier here is for: they are measurements. */
    private static final int MOST_CLASSES = 1000;

    public CsvTable {
        columns = List.copyOf(columns);
        labelNames = List.copyOf(labelNames);
        rows = List.copyOf(rows);
        labels = List.copyOf(labels);
        texts = List.copyOf(texts);
    }

    /**
     * Reads a file.
     *
     * @param label the column of labels: its name, or its number from 0, or from −1 backwards
     * @param separator between values; null for what the first line has most of: comma, semicolon
     *     or tab
     * @param header false if the first line holds values; true to look whether it does
     * @throws IOException if it cannot be read, is not UTF-8, lacks the column, or holds something
     *     other than numbers; the message names the file, the line and the column
     */
    public static CsvTable read(
            Path file, String label, @Nullable Character separator, boolean header)
            throws IOException {
        List<CsvLines.Line> lines = new ArrayList<>(CsvLines.read(file, separator));
        if (lines.isEmpty()) {
            throw new IOException(file + ": expected rows of numbers, got none");
        }
        List<String> first = lines.get(0).values();
        boolean byName = number(label, first.size()) < 0 && first.contains(label);
        boolean named = header && (byName || !numbers(first, label));
        int at = column(file, first, label, named);
        if (named) {
            lines.remove(0);
        }
        return table(file, first, named, separator, at, lines);
    }

    /** Whether all values but those of labels are numbers. */
    private static boolean numbers(List<String> values, String label) {
        int labels = number(label, values.size());
        return IntStream.range(0, values.size())
                .allMatch(i -> i == labels || !Double.isNaN(parse(values.get(i))));
    }

    /** The column of a number, which may be negative; −1 for none. */
    private static int number(String label, int columns) {
        try {
            int number = Integer.parseInt(label);
            int column = number < 0 ? columns + number : number;
            return column >= 0 && column < columns ? column : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static int column(Path file, List<String> first, String label, boolean named)
            throws IOException {
        int at = named ? first.indexOf(label) : -1;
        if (named && at != first.lastIndexOf(label)) {
            throw new IOException(
                    String.format(
                            "%s: expected one column %s, got two; give its number", file, label));
        }
        at = at < 0 ? number(label, first.size()) : at;
        if (at < 0) {
            throw new IOException(
                    String.format(
                            "%s: expected a column of labels %s, got %s",
                            file, label, named ? first : first.size() + " columns without names"));
        }
        return at;
    }

    /** A value; NaN for what is no number. */
    static double parse(String value) {
        try {
            return Double.parseDouble(value.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static CsvTable table(
            Path file,
            List<String> first,
            boolean named,
            @Nullable Character separator,
            int label,
            List<CsvLines.Line> lines)
            throws IOException {
        int[] places = IntStream.range(0, first.size()).filter(i -> i != label).toArray();
        List<String> columns = new ArrayList<>();
        for (int place : places) {
            columns.add(named ? first.get(place).strip() : Integer.toString(place));
        }
        List<double[]> rows = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (CsvLines.Line line : lines) {
            rows.add(line.numbers(file, first.size(), columns, places));
            labels.add(line.values().get(label).strip());
            texts.add(String.join("\u001f", line.values()));
        }
        if (columns.isEmpty() || rows.isEmpty()) {
            throw new IOException(file + ": expected rows of numbers beside the labels, got none");
        }
        List<String> names = names(file, labels);
        return new CsvTable(
                columns,
                named,
                separator,
                names,
                rows,
                labels.stream().map(names::indexOf).toList(),
                texts);
    }

    /** The different labels: by value where all are numbers, else by name. */
    private static List<String> names(Path file, List<String> labels) throws IOException {
        List<String> names = new ArrayList<>(new TreeSet<>(labels));
        if (names.size() < 2 || names.size() > MOST_CLASSES) {
            throw new IOException(
                    String.format(
                            "%s: expected labels of 2 to %d classes, got %d different ones",
                            file, MOST_CLASSES, names.size()));
        }
        if (names.contains("")) {
            throw new IOException(file + ": expected a label in each row, got an empty one");
        }
        if (names.stream().noneMatch(name -> Double.isNaN(parse(name)))) {
            names.sort(Comparator.comparingDouble(CsvTable::parse));
        }
        return names;
    }

    /**
     * Splits the rows, and standardizes them with the means and deviations of those to train on.
     *
     * @throws IllegalArgumentException if none are left to train on or to test on
     */
    public TrainTest split(Split split, long seed) {
        BitSet test = new BitSet();
        if (split == Split.HASH) {
            for (int i = 0; i < rows.size(); i++) {
                test.set(i, NameHash.fraction(texts.get(i), seed) < Split.TEST_SHARE);
            }
        } else {
            int[] numbers = labels.stream().mapToInt(Integer::intValue).toArray();
            test.or(split.test(numbers, labelNames.size(), seed));
        }
        int[] training = IntStream.range(0, rows.size()).filter(i -> !test.get(i)).toArray();
        int[] testing = test.stream().toArray();
        if (training.length == 0 || testing.length == 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "CsvTable: expected rows to train and to test on, got %d and %d",
                            training.length, testing.length));
        }
        Standardization scale = Standardization.of(this, training);
        return new TrainTest(part(scale, training), part(scale, testing));
    }

    private TableDataset part(Standardization scale, int[] places) {
        FloatBuffer values =
                FloatBuffer.allocate(Math.multiplyExact(places.length, columns.size()));
        int[] numbers = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            values.put(scale.apply(rows.get(places[i])));
            numbers[i] = labels.get(places[i]);
        }
        values.flip();
        return new TableDataset(values, numbers, Shape.of(columns.size()), labelNames, scale);
    }
}
