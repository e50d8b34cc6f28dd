package io.retrograd.data;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Two batches of noise that are used in turn: standard normal images or uniform tokens, uniform
 * labels, the same ones in every run.
 */
public final class RandomBatches {
    private static final int COUNT = 2;
    private static final long SEED = 1;

    private final double[][] images;
    private final int[][] labels;

    /** With one label an image. */
    public RandomBatches(Shape sample, @Nullable TokenIds tokens, int batch, int classes) {
        this(sample, tokens, batch, /* labelsEach= */ 1, classes);
    }

    /**
     * Draws them.
     *
     * @param sample shape of one image or text
     * @param tokens the tokens of texts; null for images
     * @param batch images in each
     * @param labelsEach labels of an image
     * @throws IllegalArgumentException if they do not fit on the Java heap
     */
    public RandomBatches(
            Shape sample, @Nullable TokenIds tokens, int batch, int labelsEach, int classes) {
        long values = sample.batch(batch).size();
        long bytes = COUNT * values * Double.BYTES;
        long heap = Runtime.getRuntime().maxMemory();
        if (values > Integer.MAX_VALUE || bytes > heap) {
            throw new IllegalArgumentException(
                    String.format(
                            "batch: expected images that fit on the Java heap of %,d bytes, got"
                                    + " %,d bytes of them; make the batch smaller or raise -Xmx",
                            heap, bytes));
        }
        SplittableRandom random = new SplittableRandom(SEED);
        images = new double[COUNT][(int) values];
        labels = new int[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            for (int j = 0; j < images[i].length; j++) {
                images[i][j] =
                        tokens == null ? random.nextGaussian() : random.nextInt(tokens.count());
            }
            labels[i] =
                    classes == 0
                            ? new int[0]
                            : random.ints((long) batch * labelsEach, 0, classes).toArray();
        }
    }

    /** The images of the batch for this step, row-major, one behind the other. */
    public double[] images(long step) {
        return images[(int) (step % COUNT)];
    }

    /** Their labels. */
    public int[] labels(long step) {
        return labels[(int) (step % COUNT)];
    }
}
