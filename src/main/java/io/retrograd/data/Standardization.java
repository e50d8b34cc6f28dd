package io.retrograd.data;

import java.util.ArrayList;
import java.util.List;

/**
 * What makes the columns of a table alike: {@code (x − mean) / std}.
 *
 * @param columns their names
 * @param means one a column
 * @param stds one a column; 1 where all values are the same
 */
public record Standardization(List<String> columns, List<Double> means, List<Double> stds) {
    public Standardization {
        columns = List.copyOf(columns);
        means = List.copyOf(means);
        stds = List.copyOf(stds);
    }

    /** That of some rows. */
    static Standardization of(List<String> columns, List<float[]> rows, int[] places) {
        List<Double> means = new ArrayList<>();
        List<Double> stds = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            double sum = 0;
            for (int place : places) {
                sum += rows.get(place)[c];
            }
            double mean = sum / places.length;
            double squares = 0;
            for (int place : places) {
                double d = rows.get(place)[c] - mean;
                squares += d * d;
            }
            double std = Math.sqrt(squares / places.length);
            means.add(mean);
            stds.add(std > 0 ? std : 1);
        }
        return new Standardization(columns, means, stds);
    }

    /** A row, changed. */
    float[] apply(float[] row) {
        float[] changed = new float[row.length];
        for (int c = 0; c < row.length; c++) {
            changed[c] = (float) ((row[c] - means.get(c)) / stds.get(c));
        }
        return changed;
    }
}
