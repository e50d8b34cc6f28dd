package io.retrograd.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes the columns of a table alike: {@code (x − mean) / std}.
 *
 * @param columns their names; their numbers from 0, without that of the labels, if not named
 * @param named whether the table's first line names them
 * @param separator that values stand between; null for that which a first line has most of
 * @param means one a column
 * @param stds one a column; 1 where all values are the same
 */
public record Standardization(
        List<String> columns,
        boolean named,
        @Nullable Character separator,
        List<Double> means,
        List<Double> stds) {
    public Standardization {
        columns = List.copyOf(columns);
        means = List.copyOf(means);
        stds = List.copyOf(stds);
        if (columns.isEmpty() || means.size() != columns.size() || stds.size() != columns.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "Standardization: expected a mean and a deviation for each column, got"
                                    + " %d columns, %d means and %d deviations",
                            columns.size(), means.size(), stds.size()));
        }
    }

    /** That of some rows of a table. */
    static Standardization of(CsvTable table, int[] places) {
        List<Double> means = new ArrayList<>();
        List<Double> stds = new ArrayList<>();
        for (int c = 0; c < table.columns().size(); c++) {
            double first = table.rows().get(places[0])[c];
            double sum = 0;
            boolean constant = true;
            for (int place : places) {
                double x = table.rows().get(place)[c];
                sum += x;
                constant &= x == first;
            }
            double mean = constant ? first : sum / places.length;
            double squares = 0;
            for (int place : places) {
                double d = table.rows().get(place)[c] - mean;
                squares += d * d;
            }
            means.add(mean);
            stds.add(constant ? 1 : Math.sqrt(squares / places.length));
        }
        return new Standardization(table.columns(), table.named(), table.separator(), means, stds);
    }

    /** A row, changed. */
    float[] apply(double[] row) {
        float[] changed = new float[row.length];
        for (int c = 0; c < row.length; c++) {
            changed[c] = (float) ((row[c] - means.get(c)) / stds.get(c));
        }
        return changed;
    }
}
