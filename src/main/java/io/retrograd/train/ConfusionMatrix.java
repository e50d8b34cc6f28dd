package io.retrograd.train;

/** Counts the predictions for the samples of each class. */
public final class ConfusionMatrix {
    private final long[][] counts;

    ConfusionMatrix(int classes) {
        counts = new long[classes][classes];
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
