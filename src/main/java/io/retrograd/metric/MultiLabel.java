package io.retrograd.metric;

import io.retrograd.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Labels that may hold together: outputs are a logit for each, of any shape, targets 0 or 1 of that
 * shape. A label is predicted where the sigmoid of its logit is above a threshold.
 *
 * <p>Without a score, the share of samples of which every label is predicted right. A macro average
 * is over all labels, those that never occur included, as in scikit-learn. Undefined without
 * samples.
 */
public final class MultiLabel implements Metric {
    private static final double HALF = 0.5;

    private final String name;
    private final @Nullable Score score;
    private final Average average;
    private final double threshold;

    MultiLabel(String name, @Nullable Score score, Average average, double threshold) {
        if (average == Average.BINARY) {
            throw new IllegalArgumentException(
                    name + ": expected a macro or micro average of labels, got a binary one");
        }
        if (!(threshold > 0 && threshold < 1)) {
            throw new IllegalArgumentException(
                    name + ": threshold must be between 0 and 1, got " + threshold);
        }
        this.name = name;
        this.score = score;
        this.average = average;
        this.threshold = threshold;
    }

    /** The same with another threshold of the probability; by default it is 0.5. */
    public MultiLabel threshold(double probability) {
        return new MultiLabel(name, score, average, probability);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Accumulator start(Shape output) {
        return new Counting(Math.toIntExact(output.size()));
    }

    private final class Counting implements Accumulator {
        private final int labels;
        private final Counts counts;
        private final double least = Math.log(threshold) - Math.log1p(-threshold);
        private long wholly;
        private long all;

        Counting(int labels) {
            this.labels = labels;
            counts = new Counts(labels);
        }

        @Override
        public void add(double[] outputs, double[] targets, int samples) {
            for (int n = 0; n < samples; n++) {
                boolean right = true;
                for (int c = 0; c < labels; c++) {
                    boolean guessed = outputs[n * labels + c] > least;
                    boolean is = targets[n * labels + c] > HALF;
                    counts.add(c, is, guessed);
                    right &= is == guessed;
                }
                wholly += right ? 1 : 0;
                all++;
            }
        }

        @Override
        public double value() {
            if (all == 0 || score == null) {
                return (double) wholly / all;
            }
            return counts.score(score, average, /* all= */ true);
        }
    }
}
