package io.retrograd.backend.onednn;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * One thread's way between weights and the 16 matrices that tiles are multiplied by. Weights are
 * nine matrices (input channels, output channels), one for each place in the window; neighbours in
 * memory are transformed at once.
 */
final class WinogradWeights {
    /** Pairs of channels that are transformed at once. */
    private static final int PIECE = 512;

    private static final int SIDE = WinogradShape.SIDE;
    private static final int KERNEL = WinogradShape.KERNEL;

    /** The weights of a window, by place. */
    private final float[][] window = new float[KERNEL * KERNEL][PIECE];

    /** The transformed columns of a window. */
    private final float[][][] columns = new float[SIDE][SIDE][PIECE];

    private final float[][] row = new float[SIDE][PIECE];

    /**
     * {@code G g Gᵀ} of the windows g of some pairs of channels.
     *
     * @param pairs all that there are
     * @param turned whether windows are turned by half a circle first
     */
    void transform(
            FloatBuffer w, FloatBuffer matrices, int pairs, boolean turned, int from, int to) {
        for (int at = from; at < to; at += PIECE) {
            int n = Math.min(PIECE, to - at);
            for (int i = 0; i < window.length; i++) {
                int place = turned ? window.length - 1 - i : i;
                w.get(place * pairs + at, window[i], 0, n);
            }
            for (int j = 0; j < KERNEL; j++) {
                WinogradTransforms.weight(
                        window[j], window[KERNEL + j], window[2 * KERNEL + j], columns[j], n);
            }
            for (int i = 0; i < SIDE; i++) {
                WinogradTransforms.weight(columns[0][i], columns[1][i], columns[2][i], row, n);
                for (int j = 0; j < SIDE; j++) {
                    matrices.put((i * SIDE + j) * pairs + at, row[j], 0, n);
                }
            }
        }
    }

    /**
     * {@code dg = Gᵀ du G} of the sum du of several stacks of matrices, for some pairs of channels.
     *
     * @param pairs all that there are
     */
    void gradients(List<FloatBuffer> stacks, FloatBuffer dw, int pairs, int from, int to) {
        for (int at = from; at < to; at += PIECE) {
            int n = Math.min(PIECE, to - at);
            for (int i = 0; i < SIDE; i++) {
                for (int j = 0; j < SIDE; j++) {
                    sum(stacks, (i * SIDE + j) * pairs + at, row[j], n);
                }
                WinogradTransforms.weightGradient(
                        row, columns[0][i], columns[1][i], columns[2][i], n);
            }
            for (int j = 0; j < KERNEL; j++) {
                WinogradTransforms.weightGradient(
                        columns[j], window[j], window[KERNEL + j], window[2 * KERNEL + j], n);
            }
            for (int i = 0; i < window.length; i++) {
                dw.put(i * pairs + at, window[i], 0, n);
            }
        }
    }

    private void sum(List<FloatBuffer> stacks, int at, float[] to, int n) {
        stacks.get(0).get(at, to, 0, n);
        for (int i = 1; i < stacks.size(); i++) {
            stacks.get(i).get(at, window[0], 0, n);
            WinogradTransforms.add(to, window[0], n);
        }
    }
}
