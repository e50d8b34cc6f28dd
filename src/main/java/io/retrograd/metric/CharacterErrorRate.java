package io.retrograd.metric;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;

/**
 * Insertions, deletions and substitutions that turn what is read into the labels, by the number of
 * labels. Outputs of a sample are logits (T, C) of its steps; what is read are the classes of the
 * largest logit of each step, repeated ones once, without blanks. Targets (2 + S) are those of
 * {@code CtcLoss}: the number of steps, the number of labels, and the labels, with anything behind
 * them. Undefined without labels.
 *
 * <p>Source of the distance: V. Levenshtein, Binary codes capable of correcting deletions,
 * insertions and reversals, 1966.
 *
 * @param longest S, the most labels that a sample has
 * @param blank the class of no label
 */
public record CharacterErrorRate(int longest, int blank) implements Metric {
    private static final String NAME = "cer";

    /** Numbers of a target in front of its labels. */
    private static final int LENGTHS = 2;

    public CharacterErrorRate {
        Checks.notNegative(NAME, "longest target", longest);
        Checks.notNegative(NAME, "blank", blank);
    }

    /** The same with another class of no label; by default it is 0. */
    public CharacterErrorRate blank(int other) {
        return new CharacterErrorRate(longest, other);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Accumulator start(Shape output) {
        if (output.rank() != 2 || blank >= output.dim(1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected logits (T, C) of a sample, C above the blank %d, got %s",
                            NAME, blank, output));
        }
        return new Reading(output.dim(0), output.dim(1));
    }

    private final class Reading implements Accumulator {
        private final int steps;
        private final int classes;
        private final int[] distance;
        private long errors;
        private long labels;

        Reading(int steps, int classes) {
            this.steps = steps;
            this.classes = classes;
            distance = new int[steps + 1];
        }

        @Override
        public void add(double[] outputs, double[] targets, int samples) {
            for (int n = 0; n < samples; n++) {
                int first = n * (LENGTHS + longest);
                int used = length("number of steps", targets[first], steps, n);
                int count = length("number of labels", targets[first + 1], longest, n);
                int[] read = BestPath.read(outputs, n * steps, used, classes, blank);
                errors += errors(targets, first + LENGTHS, count, read);
                labels += count;
            }
        }

        private static int length(String what, double value, int most, int n) {
            if (!(value >= 0 && value <= most && value == Math.rint(value))) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a %s from 0 to %d, got %s for sample %d",
                                NAME, what, most, value, n));
            }
            return (int) value;
        }

        /** The distance of the first labels, one after another, from all beginnings of read. */
        private int errors(double[] targets, int first, int count, int[] read) {
            int length = read.length;
            for (int j = 0; j <= length; j++) {
                distance[j] = j;
            }
            for (int i = 1; i <= count; i++) {
                int diagonal = distance[0];
                distance[0] = i;
                for (int j = 1; j <= length; j++) {
                    int replaced = diagonal + (targets[first + i - 1] == read[j - 1] ? 0 : 1);
                    diagonal = distance[j];
                    distance[j] = Math.min(replaced, Math.min(diagonal, distance[j - 1]) + 1);
                }
            }
            return distance[length];
        }

        @Override
        public double value() {
            return (double) errors / labels;
        }
    }
}
