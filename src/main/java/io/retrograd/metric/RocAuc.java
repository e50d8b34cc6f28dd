package io.retrograd.metric;

import io.retrograd.tensor.Shape;
import java.util.Arrays;

/**
 * The area under the receiver operating characteristic: the probability that a sample of a class
 * scores higher than one of another class, equal scores counting half. Counted exactly, in O(n log
 * n), of all scores, which are kept.
 *
 * <p>One logit is the score of class 1, as is the difference of two. Of three or more, (C), it is
 * the mean of the areas of each class against the rest, by the softmax. Undefined unless every
 * class occurs.
 */
record RocAuc() implements Metric {
    private static final int FIRST = 1024;

    @Override
    public String name() {
        return "roc_auc";
    }

    @Override
    public Accumulator start(Shape output) {
        if (output.rank() != 1) {
            throw new IllegalArgumentException(
                    name() + ": expected logits (C) of a sample, got " + output);
        }
        return new Scores(new Labelled(name(), output, Labelled.NO_CLASS));
    }

    private static final class Scores implements Accumulator {
        private final Labelled labelled;

        /** By class; one of two classes is enough. */
        private final double[][] scores;

        private final double[] powers;
        private int[] labels = new int[FIRST];
        private int size;

        Scores(Labelled labelled) {
            this.labelled = labelled;
            int classes = labelled.classes();
            scores = new double[classes == 2 ? 1 : classes][FIRST];
            powers = new double[classes];
        }

        @Override
        public void add(double[] outputs, double[] targets, int samples) {
            for (int n = 0; n < samples; n++) {
                int label = labelled.label(targets, n);
                if (label >= 0) {
                    grow();
                    labels[size] = label;
                    score(outputs, n);
                    size++;
                }
            }
        }

        private void grow() {
            if (size == labels.length) {
                labels = Arrays.copyOf(labels, 2 * size);
                for (int c = 0; c < scores.length; c++) {
                    scores[c] = Arrays.copyOf(scores[c], 2 * size);
                }
            }
        }

        /**
         * The difference of two logits, else the logarithm of the softmax. Its sum is added up in
         * the order of size, so that logits of another order have an equal one.
         */
        private void score(double[] outputs, int n) {
            if (scores.length == 1) {
                scores[0][size] = labelled.logit(outputs, n, 1) - labelled.logit(outputs, n, 0);
                return;
            }
            double most = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < scores.length; c++) {
                most = Math.max(most, labelled.logit(outputs, n, c));
            }
            for (int c = 0; c < scores.length; c++) {
                powers[c] = Math.exp(labelled.logit(outputs, n, c) - most);
            }
            Arrays.sort(powers);
            double sum = 0;
            for (double power : powers) {
                sum += power;
            }
            for (int c = 0; c < scores.length; c++) {
                scores[c][size] = labelled.logit(outputs, n, c) - most - Math.log(sum);
            }
        }

        @Override
        public double value() {
            double sum = 0;
            for (int c = 0; c < scores.length; c++) {
                sum += area(scores[c], scores.length == 1 ? 1 : c);
            }
            return sum / scores.length;
        }

        /** Pairs that are in order, and half of those that are equal, by all pairs. */
        private double area(double[] of, int positive) {
            Integer[] order = new Integer[size];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (i, j) -> Double.compare(of[i] + 0.0, of[j] + 0.0));
            long below = 0;
            long positives = 0;
            long doubled = 0;
            for (int i = 0; i < size; ) {
                long equal = 0;
                long own = 0;
                double score = of[order[i]];
                if (Double.isNaN(score)) {
                    return Double.NaN;
                }
                for (; i < size && of[order[i]] == score; i++) {
                    own += labels[order[i]] == positive ? 1 : 0;
                    equal += labels[order[i]] == positive ? 0 : 1;
                }
                doubled += own * (2 * below + equal);
                below += equal;
                positives += own;
            }
            return (double) doubled / 2 / ((double) positives * below);
        }
    }
}
