package io.retrograd.metric;

import io.retrograd.tensor.Shape;

/**
 * The share of labels that are predicted, of samples or of positions; {@link ClassMetric} says of
 * which outputs.
 *
 * @param ignoreIndex the label that does not count
 */
public record Accuracy(int ignoreIndex) implements Metric {
    /** All labels count but −100, which PyTorch's losses ignore. */
    public Accuracy() {
        this(Labelled.NO_CLASS);
    }

    /** The same with another label that does not count. */
    public Accuracy ignoreIndex(int index) {
        return new Accuracy(index);
    }

    @Override
    public String name() {
        return "accuracy";
    }

    /** Accuracy is the recall of all classes together. */
    @Override
    public Accumulator start(Shape output) {
        return new ClassMetric(name(), Score.RECALL, Average.MICRO, ignoreIndex).start(output);
    }
}
