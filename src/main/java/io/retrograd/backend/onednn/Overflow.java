package io.retrograd.backend.onednn;

/**
 * Values normalised by a variance that overflows float32: NaN, not the 0 that dividing by infinity
 * gives.
 */
final class Overflow {
    private Overflow() {}

    /**
     * For a normalisation of rows.
     *
     * @param var the variance of each row. Modified: infinity becomes NaN, for backward.
     * @param y row-major. Modified in such rows.
     */
    static void spoilRows(OneDnnTensor var, OneDnnTensor y) {
        int length = y.size() / var.size();
        for (int row = 0; row < var.size(); row++) {
            if (Float.isInfinite(var.get(row))) {
                var.set(row, Double.NaN);
                for (int i = row * length; i < (row + 1) * length; i++) {
                    y.set(i, Double.NaN);
                }
            }
        }
    }

    /**
     * For a normalisation of channels.
     *
     * @param var the variance of each channel. Not modified.
     * @param y (N, C, …) in any layout. Modified in such channels.
     */
    static void spoilChannels(OneDnnTensor var, OneDnnTensor y) {
        for (int c = 0; c < var.size(); c++) {
            if (Float.isInfinite(var.get(c))) {
                spoilChannel(c, var.size(), y);
            }
        }
    }

    private static void spoilChannel(int channel, int channels, OneDnnTensor y) {
        double[] values = y.toArray();
        int inner = Math.toIntExact(y.shape().tail(2).size());
        for (int i = 0; i < values.length; i++) {
            if (i / inner % channels == channel) {
                values[i] = Double.NaN;
            }
        }
        y.copyFrom(values);
    }

    /** Makes NaN of infinite variances, for backward. */
    static void spoil(OneDnnTensor var) {
        for (int c = 0; c < var.size(); c++) {
            if (Float.isInfinite(var.get(c))) {
                var.set(c, Double.NaN);
            }
        }
    }
}
