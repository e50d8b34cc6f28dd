package io.retrograd.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of a table without labels, as a network takes them that was trained on another one: the
 * same columns, changed as they were there. Other columns, such as that of labels, are passed over.
 *
 * @param rows one value a column of the standardization
 */
public record StandardizedRows(List<float[]> rows) {
    public StandardizedRows {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a file. Its columns are found by their names, in any order; where it has none, it holds
     * just the columns in their order, or those that the labels' column was among.
     *
     * @throws IOException if it cannot be read, lacks a column, or holds something other than
     *     numbers there; the message names the file, the line and the column
     */
    public static StandardizedRows read(Path file, Standardization standardization)
            throws IOException {
        List<CsvLines.Line> lines = CsvLines.read(file, standardization.separator());
        if (lines.isEmpty()) {
            throw none(file);
        }
        List<String> first = lines.get(0).values().stream().map(String::strip).toList();
        boolean header =
                standardization.named()
                        && (first.containsAll(standardization.columns()) || !allNumbers(first));
        int[] places =
                header
                        ? byName(file, first, standardization)
                        : byNumber(file, first.size(), standardization);
        List<float[]> rows = new ArrayList<>();
        for (CsvLines.Line line : lines.subList(header ? 1 : 0, lines.size())) {
            rows.add(
                    standardization.apply(
                            line.numbers(file, first.size(), standardization.columns(), places)));
        }
        if (rows.isEmpty()) {
            throw none(file);
        }
        return new StandardizedRows(rows);
    }

    private static IOException none(Path file) {
        return new IOException(file + ": expected rows of numbers, got none");
    }

    private static boolean allNumbers(List<String> values) {
        return values.stream().noneMatch(value -> Double.isNaN(CsvTable.parse(value)));
    }

    private static int[] byName(Path file, List<String> names, Standardization standardization)
            throws IOException {
        int[] places = new int[standardization.columns().size()];
        for (int i = 0; i < places.length; i++) {
            String column = standardization.columns().get(i);
            places[i] = names.indexOf(column);
            if (places[i] < 0 || places[i] != names.lastIndexOf(column)) {
                throw new IOException(
                        String.format(
                                "%s: expected one column %s, got the columns %s",
                                file, column, names));
            }
        }
        return places;
    }

    private static int[] byNumber(Path file, int width, Standardization standardization)
            throws IOException {
        List<String> columns = standardization.columns();
        if (width == columns.size()) {
            return IntStream.range(0, width).toArray();
        }
        if (width == columns.size() + 1 && !standardization.named()) {
            return columns.stream().mapToInt(Integer::parseInt).toArray();
        }
        throw new IOException(
                String.format(
                        "%s: expected the %d columns %s, got %d",
                        file, columns.size(), columns, width));
    }
}
