package io.retrograd.operation;

import io.retrograd.tensor.Shape;

/** A reduction of a sequence to one step. */
public enum TimeReduction {
    /** The mean of all steps. */
    MEAN("MeanOverTime"),
    /** The largest element of all steps; the first one gets the gradient where several are. */
    MAX("MaxOverTime"),
    /** The last step. */
    LAST("LastOverTime");

    private final String text;

    TimeReduction(String text) {
        this.text = text;
    }

    /** For people, as in {@code MeanOverTime}. */
    public String text() {
        return text;
    }

    /** (N, C) of x (N, T, C). */
    public Shape outputShape(Shape x) {
        if (x.rank() != 3) {
            throw new IllegalArgumentException(text + ": expected a sequence (N, T, C), got " + x);
        }
        return Shape.of(x.dim(0), x.dim(2));
    }
}
