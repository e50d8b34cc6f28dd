package io.retrograd.train;

import java.util.Arrays;

/** Counts the predictions for the samples of each class. */
public final class ConfusionMatrix {
    private final long[][] counts;

    ConfusionMatrix(int classes) {
        counts = new long[classes][classes];
    }

    /**
     * The matrix of these counts.
     *
     * @param rows one a label, with one count a prediction. Copied.
     * @throws IllegalArgumentException if it is not square, or for a count below 0
     */
    public static ConfusionMatrix of(long[][] rows) {
        ConfusionMatrix matrix = new ConfusionMatrix(rows.length);
        for (int label = 0; label < rows.length; label++) {
            if (rows[label].length != rows.length
                    || Arrays.stream(rows[label]).anyMatch(count -> count < 0)) {
                throw new IllegalArgumentException(
                        String.format(
                                "ConfusionMatrix: expected %d counts of at least 0 for label %d, got"
                                        + " %s",
                                rows.length, label, Arrays.toString(rows[label])));
            }
            matrix.counts[label] = rows[label].clone();
        }
        return matrix;
    }

    /** Adds the outputs (N, C) and labels (N) of samples; labels that are no class do not count. */
    void add(double[] outputs, double[] labels, int samples) {
        int classes = counts.length;
        for (int n = 0; n < samples; n++) {
            int label = (int) labels[n];
            if (label >= 0 && label < classes) {
                counts[label][predicted(outputs, n * classes)]++;
            }
        }
    }

    /** The class with the largest output, the first of equals. */
    private int predicted(double[] outputs, int start) {
        int best = 0;
        for (int c = 1; c < counts.length; c++) {
            if (outputs[start + c] > outputs[start + best]) {
                best = c;
            }
        }
        return best;
    }

    public int classes() {
        return counts.length;
    }

    /** The number of samples of class {@code label} that were predicted as {@code predicted}. */
    public long count(int label, int predicted) {
        return counts[label][predicted];
    }

    /** Number of samples. */
    public long total() {
        long sum = 0;
        for (long[] row : counts) {
            for (long count : row) {
                sum += count;
            }
        }
        return sum;
    }

    /** The share of samples whose class was predicted. */
    public double accuracy() {
        long right = 0;
        for (int c = 0; c < counts.length; c++) {
            right += counts[c][c];
        }
        return (double) right / total();
    }

    /** A table: one row a label, one column a prediction. */
    @Override
    public String toString() {
        int width = 1 + Math.max(4, Long.toString(total()).length());
        StringBuilder table = new StringBuilder(String.format("%" + width + "s", ""));
        for (int c = 0; c < counts.length; c++) {
            table.append(String.format("%" + width + "d", c));
        }
        for (int label = 0; label < counts.length; label++) {
            table.append(String.format("%n%" + width + "d", label));
            for (long count : counts[label]) {
                table.append(String.format("%" + width + "d", count));
            }
        }
        return table.toString();
    }
}
