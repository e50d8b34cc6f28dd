package io.retrograd.metric;

import java.util.Arrays;

/**
 * Reads the labels from logits as {@code CtcLoss} takes them: the class of the largest logit of
 * each step, one for those that repeat, without blanks.
 *
 * <p>Source: A. Graves et al., Connectionist temporal classification, ICML 2006, section 3.2.
 */
public final class BestPath {
    private BestPath() {}

    /**
     * The labels of a sample.
     *
     * @param logits rows of steps, those of one sample behind those of another. Not modified.
     * @param row the sample's first
     * @param steps the sample's number of them
     * @param classes of a row, the blank included
     */
    public static int[] read(double[] logits, int row, int steps, int classes, int blank) {
        int[] read = new int[steps];
        int length = 0;
        int before = blank;
        for (int t = row; t < row + steps; t++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[t * classes + c] > logits[t * classes + best] ? c : best;
            }
            if (best != before && best != blank) {
                read[length++] = best;
            }
            before = best;
        }
        return Arrays.copyOf(read, length);
    }
}
