package io.retrograd.data;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Augmentation;
import java.util.Arrays;

/**
 * Shifts an image (…, H, W) by up to {@code most} pixels down or up and right or left, each shift
 * equally likely, none included; pixels that come in are 0.
 *
 * @param most largest shift in each direction, at least 0
 */
public record RandomShift(int most) implements Augmentation {
    private static final long STREAM = 0x5348_4946_54L;

    public RandomShift {
        Checks.atLeast("RandomShift", "most", 0, most);
    }

    @Override
    public void apply(double[] values, int offset, Shape shape, long seed, long draw) {
        int rank = shape.rank();
        if (rank < 2) {
            throw new IllegalArgumentException(
                    "RandomShift: expected images (..., H, W), got " + shape);
        }
        int down = shift(seed, 2 * draw);
        int right = shift(seed, 2 * draw + 1);
        int h = shape.dim(rank - 2);
        int w = shape.dim(rank - 1);
        for (int plane = 0; plane < shape.size() / ((long) h * w); plane++) {
            shift(values, offset + plane * h * w, h, w, down, right);
        }
    }

    private int shift(long seed, long index) {
        return (int) (Philox.uniform(seed, STREAM, index) * (2L * most + 1)) - most;
    }

    /** Moves rows in the order in which none is overwritten before it has been read. */
    private static void shift(double[] values, int start, int h, int w, int down, int right) {
        int kept = Math.max(0, w - Math.abs(right));
        for (int i = 0; i < h; i++) {
            int to = down > 0 ? h - 1 - i : i;
            int row = start + to * w;
            int from = to - down;
            if (from < 0 || from >= h || kept == 0) {
                Arrays.fill(values, row, row + w, 0);
                continue;
            }
            int source = start + from * w;
            System.arraycopy(
                    values, source + Math.max(0, -right), values, row + Math.max(0, right), kept);
            if (right > 0) {
                Arrays.fill(values, row, row + right, 0);
            } else {
                Arrays.fill(values, row + kept, row + w, 0);
            }
        }
    }
}
