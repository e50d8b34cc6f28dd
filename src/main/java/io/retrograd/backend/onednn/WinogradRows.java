package io.retrograd.backend.onednn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way between rows of tiles of channels-last images and matrices (tiles, channels), of
 * which there is one for each of the 4x4 numbers of a transformed tile.
 *
 * <p>A row of pixels is split into even and odd ones, so that what meets in a transform has the
 * same place in each of them and all loops are long.
 */
final class WinogradRows {
    private static final int SIDE = WinogradShape.SIDE;

    private final WinogradShape shape;
    private final int tiles;
    private final float[][] even;
    private final float[][] odd;
    private final float[][] evenOut;
    private final float[][] oddOut;
    private final float[][] evenHalf;
    private final float[][] oddHalf;
    private final float[][] result;
    private final float[][] next;
    private final float[][] lines;

    /** Arrays for all convolutions of one thread, which computes one of them after the other. */
    static final class Room {
        private final float[][] even = new float[SIDE][0];
        private final float[][] odd = new float[SIDE][0];
        private final float[][] evenOut = new float[2][0];
        private final float[][] oddOut = new float[2][0];
        private final float[][] evenHalf = new float[SIDE][0];
        private final float[][] oddHalf = new float[SIDE][0];
        private final float[][] result = new float[SIDE][0];
        private final float[][] next = new float[2][0];
        private final float[][] lines = new float[2][0];

        private void fit(WinogradShape shape) {
            int channels = Math.max(shape.inChannels(), shape.outChannels());
            int pixels = (shape.across() + 1) * channels;
            List.of(even, odd, evenOut, oddOut, evenHalf, oddHalf, result, next)
                    .forEach(arrays -> grow(arrays, pixels));
            grow(lines, Math.max(shape.inWidth(), shape.outWidth()) * channels);
        }

        private static void grow(float[][] arrays, int length) {
            if (arrays[0].length < length) {
                Arrays.setAll(arrays, i -> new float[length]);
            }
        }
    }

    /** A convolution's way through one thread's arrays. */
    WinogradRows(WinogradShape shape, Room room) {
        this.shape = shape;
        tiles = shape.blockTiles();
        room.fit(shape);
        even = room.even;
        odd = room.odd;
        evenOut = room.evenOut;
        oddOut = room.oddOut;
        evenHalf = room.evenHalf;
        oddHalf = room.oddHalf;
        result = room.result;
        next = room.next;
        lines = room.lines;
    }

    /**
     * {@code Bᵀ d B} of the 4x4 inputs d of each tile of a row, into the matrices from a tile on.
     *
     * @param follows whether the row before this one was transformed last, so that half is there
     */
    void inputs(FloatBuffer x, int row, boolean follows, FloatBuffer matrices, int tile) {
        int image = row / shape.down();
        int top = 2 * (row % shape.down()) - shape.top();
        int channels = shape.inChannels();
        boolean below = follows && row % shape.down() > 0;
        if (below) {
            swap(even);
            swap(odd);
        }
        for (int i = below ? 2 : 0; i < SIDE; i++) {
            int y = top + i;
            int width = y >= 0 && y < shape.inHeight() ? shape.inWidth() : 0;
            int first = (image * shape.inHeight() + y) * shape.inWidth() * channels;
            split(x, first, width, channels, shape.left(), even[i], odd[i], shape.across() + 1);
        }
        int n = (shape.across() + 1) * channels;
        WinogradTransforms.input(even[0], even[1], even[2], even[3], evenHalf, n);
        WinogradTransforms.input(odd[0], odd[1], odd[2], odd[3], oddHalf, n);
        int wanted = shape.across() * channels;
        for (int i = 0; i < SIDE; i++) {
            System.arraycopy(evenHalf[i], channels, next[0], 0, wanted);
            System.arraycopy(oddHalf[i], channels, next[1], 0, wanted);
            WinogradTransforms.input(evenHalf[i], oddHalf[i], next[0], next[1], result, wanted);
            put(matrices, i, tile, channels);
        }
    }

    /**
     * {@code A dy Aᵀ} of the 2x2 output gradients dy of each tile of a row, into the matrices from
     * a tile on.
     *
     * @param sums the sums of output gradients for each number of a row of tiles. Modified.
     */
    void outputGradients(FloatBuffer dy, int row, FloatBuffer matrices, int tile, float[] sums) {
        int image = row / shape.down();
        int top = 2 * (row % shape.down());
        int channels = shape.outChannels();
        int wanted = shape.across() * channels;
        for (int i = 0; i < 2; i++) {
            int width = top + i < shape.outHeight() ? shape.outWidth() : 0;
            int first = (image * shape.outHeight() + top + i) * shape.outWidth() * channels;
            split(dy, first, width, channels, 0, evenOut[i], oddOut[i], shape.across());
            WinogradTransforms.add(sums, evenOut[i], wanted);
            WinogradTransforms.add(sums, oddOut[i], wanted);
        }
        WinogradTransforms.outputGradient(evenOut[0], evenOut[1], evenHalf, wanted);
        WinogradTransforms.outputGradient(oddOut[0], oddOut[1], oddHalf, wanted);
        for (int i = 0; i < SIDE; i++) {
            WinogradTransforms.outputGradient(evenHalf[i], oddHalf[i], result, wanted);
            put(matrices, i, tile, channels);
        }
    }

    /** Makes what were the last two rows the first two. */
    private static void swap(float[][] rows) {
        for (int i = 0; i < 2; i++) {
            float[] row = rows[i];
            rows[i] = rows[i + 2];
            rows[i + 2] = row;
        }
    }

    /** Sets a row of tiles of all matrices to zero. */
    void zeros(FloatBuffer matrices, int tile, int channels) {
        for (float[] plane : result) {
            Arrays.fill(plane, 0, shape.across() * channels, 0);
        }
        for (int i = 0; i < SIDE; i++) {
            put(matrices, i, tile, channels);
        }
    }

    private void put(FloatBuffer matrices, int i, int tile, int channels) {
        for (int j = 0; j < SIDE; j++) {
            int plane = i * SIDE + j;
            int first = (plane * tiles + tile) * channels;
            matrices.put(first, result[j], 0, shape.across() * channels);
        }
    }

    /** {@code Aᵀ m A} of the 4x4 numbers m of each tile of a row: 2x2 outputs, kept for store. */
    void outputs(FloatBuffer matrices, int tile) {
        int channels = shape.outChannels();
        int wanted = shape.across() * channels;
        for (int j = 0; j < SIDE; j++) {
            for (int i = 0; i < SIDE; i++) {
                int plane = i * SIDE + j;
                matrices.get((plane * tiles + tile) * channels, result[i], 0, wanted);
            }
            WinogradTransforms.output(result, evenHalf[j], oddHalf[j], wanted);
        }
        WinogradTransforms.output(evenHalf, evenOut[0], oddOut[0], wanted);
        WinogradTransforms.output(oddHalf, evenOut[1], oddOut[1], wanted);
    }

    /**
     * Stores a row of outputs.
     *
     * @param bias the bias of each number of a row of pixels; or empty
     * @param addend like y; or null
     */
    void store(FloatBuffer y, int row, float[] bias, @Nullable FloatBuffer addend, boolean relu) {
        int count = shape.outWidth() * shape.outChannels();
        int image = row / shape.down();
        int top = 2 * (row % shape.down());
        for (int i = 0; i < 2 && top + i < shape.outHeight(); i++) {
            int first = (image * shape.outHeight() + top + i) * count;
            merge(i);
            float[] line = lines[0];
            WinogradTransforms.add(line, bias, bias.length);
            if (addend != null) {
                addend.get(first, lines[1], 0, count);
                WinogradTransforms.add(line, lines[1], count);
            }
            if (relu) {
                WinogradTransforms.relu(line, count);
            }
            y.put(first, line, 0, count);
        }
    }

    /**
     * Splits a row of pixels into even and odd ones.
     *
     * @param width its pixels; none for a row outside of the image
     * @param left zeros before it; behind it they are for the rest
     * @param pairs the number of pairs of pixels to compute
     */
    private void split(
            FloatBuffer image,
            int first,
            int width,
            int channels,
            int left,
            float[] evens,
            float[] odds,
            int pairs) {
        float[] line = lines[0];
        if (width > 0) {
            image.get(first, line, 0, width * channels);
        }
        for (int p = 0; p < 2 * pairs; p++) {
            float[] half = (p & 1) == 0 ? evens : odds;
            int at = (p >> 1) * channels;
            int x = p - left;
            if (x >= 0 && x < width) {
                System.arraycopy(line, x * channels, half, at, channels);
            } else {
                Arrays.fill(half, at, at + channels, 0);
            }
        }
    }

    /** Puts even and odd pixels in turn. */
    private void merge(int from) {
        int channels = shape.outChannels();
        for (int p = 0; p < shape.outWidth(); p++) {
            float[] half = (p & 1) == 0 ? evenOut[from] : oddOut[from];
            System.arraycopy(half, (p >> 1) * channels, lines[0], p * channels, channels);
        }
    }
}
