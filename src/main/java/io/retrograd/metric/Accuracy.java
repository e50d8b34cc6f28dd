package io.retrograd.metric;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.tensor.Shape;

/**
 * The share of labels whose class has the largest output.
 *
 * <pre>
 *   outputs (C), target a label; or outputs (C, d...), targets (d...) a label for each position
 * </pre>
 *
 * @param ignoreIndex the label that does not count
 */
public record Accuracy(int ignoreIndex) implements Metric {
    /** All labels count but −100, which PyTorch's losses ignore. */
    public Accuracy() {
        this(CrossEntropySpec.NO_CLASS);
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public Accumulator start(Shape output) {
        if (output.rank() == 0) {
            throw new IllegalArgumentException(
                    "accuracy: expected outputs (C) or (C, d...), got one number");
        }
        return new Count(output.dim(0), Math.toIntExact(output.size() / output.dim(0)));
    }

    private final class Count implements Accumulator {
        private final int classes;
        private final int positions;
        private long right;
        private long all;

        Count(int classes, int positions) {
            this.classes = classes;
            this.positions = positions;
        }

        @Override
        public void add(double[] outputs, double[] targets, int samples) {
            for (int i = 0; i < samples * positions; i++) {
                int label = (int) targets[i];
                if (label != ignoreIndex) {
                    all++;
                    right += label == largest(outputs, i) ? 1 : 0;
                }
            }
        }

        /** The class with the largest output at position {@code i} of all; the first of equals. */
        private int largest(double[] outputs, int i) {
            int start = i / positions * classes * positions + i % positions;
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (outputs[start + c * positions] > outputs[start + best * positions]) {
                    best = c;
                }
            }
            return best;
        }

        @Override
        public double value() {
            return (double) right / all;
        }
    }
}
