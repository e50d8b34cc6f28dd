package io.retrograd.metric;

import io.retrograd.tensor.Shape;

/**
 * Outputs of samples that have a label, (C), or one for each position, (C, d...). One logit, (1) or
 * (1, d...), is that of class 1 of two classes; class 0 has the logit 0.
 */
final class Labelled {
    /** The label of what does not count, unless another one is set: that of cross-entropy. */
    static final int NO_CLASS = -100;

    private final String name;
    private final int logits;
    private final int positions;
    private final int ignored;

    /** Outputs of this shape of one sample. */
    Labelled(String name, Shape output, int ignored) {
        if (output.rank() == 0) {
            throw new IllegalArgumentException(
                    name + ": expected logits (C) or (C, d...) of a sample, got a number");
        }
        this.name = name;
        this.ignored = ignored;
        logits = output.dim(0);
        positions = Math.toIntExact(output.tail(1).size());
    }

    int classes() {
        return Math.max(2, logits);
    }

    int positions() {
        return positions;
    }

    /** The label of a position of all samples, counted through; −1 if it does not count. */
    int label(double[] targets, int position) {
        double label = targets[position];
        if (label == ignored) {
            return -1;
        }
        if (!(label >= 0 && label < classes() && label == Math.rint(label))) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a label from 0 to %d, got %s for sample %d",
                            name, classes() - 1, label, position / positions));
        }
        return (int) label;
    }

    /** The logit of a class at a position. */
    double logit(double[] outputs, int position, int c) {
        if (logits == 1) {
            double one = outputs[position];
            return c == 1 ? one : 0 * one;
        }
        return outputs[(position / positions * logits + c) * positions + position % positions];
    }

    /** The class of the largest logit, the first of equal ones; −1 where all are NaN. */
    int predicted(double[] outputs, int position) {
        int best = -1;
        for (int c = 0; c < classes(); c++) {
            double logit = logit(outputs, position, c);
            boolean better = best < 0 || logit > logit(outputs, position, best);
            best = better && !Double.isNaN(logit) ? c : best;
        }
        return best;
    }
}
