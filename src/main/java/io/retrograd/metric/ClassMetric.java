package io.retrograd.metric;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * A score of predicted classes against labels. Outputs of a sample are logits (C) with one label,
 * or (C, d...) with labels (d...); one logit stands for two classes. The class of the largest logit
 * is predicted.
 *
 * <p>A macro average is over the classes that occur as label or as prediction, as in scikit-learn.
 * Undefined without any label that counts.
 */
public final class ClassMetric implements Metric {
    private final String name;
    private final Score score;
    private final Average average;
    private final int ignored;

    ClassMetric(String name, Score score, Average average, int ignored) {
        this.name = name;
        this.score = score;
        this.average = average;
        this.ignored = ignored;
    }

    /** The same with another label of what does not count; by default it is −100. */
    public ClassMetric ignoreIndex(int index) {
        return new ClassMetric(name, score, average, index);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Accumulator start(Shape output) {
        Labelled labelled = new Labelled(name, output, ignored);
        if (average == Average.BINARY && labelled.classes() != 2) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected one or two logits, got %s; take a macro or micro average",
                            name, output));
        }
        return new Counting(labelled);
    }

    private final class Counting implements Accumulator {
        private final Labelled labelled;
        private final Counts counts;
        private boolean empty = true;

        Counting(Labelled labelled) {
            this.labelled = labelled;
            counts = new Counts(labelled.classes());
        }

        @Override
        public void add(double[] outputs, double[] targets, int samples) {
            for (int i = 0; i < samples * labelled.positions(); i++) {
                int label = labelled.label(targets, i);
                if (label >= 0) {
                    counts.add(label, labelled.predicted(outputs, i));
                    empty = false;
                }
            }
        }

        @Override
        public List<Long> counts() {
            return counts.toList();
        }

        @Override
        public void addCounts(List<Long> more) {
            counts.add(more);
            empty &= more.stream().allMatch(count -> count == 0);
        }

        @Override
        public double value() {
            return empty ? Double.NaN : counts.score(score, average, /* all= */ false);
        }
    }
}
