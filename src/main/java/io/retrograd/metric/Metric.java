package io.retrograd.metric;

import io.retrograd.tensor.Shape;

/** A number that says how well a network does its task, computed from outputs and targets. */
public interface Metric {
    /** Its name in results, as in {@code accuracy}. */
    String name();

    /**
     * Begins to compute it.
     *
     * @param output the shape of the output of one sample, without the batch
     * @throws IllegalArgumentException if it is not defined for such outputs
     */
    Accumulator start(Shape output);

    /** The metric of what has been added so far. */
    interface Accumulator {
        /**
         * Adds a batch.
         *
         * @param outputs the samples' outputs, one behind the other, each row-major; perhaps more
         *     than {@code samples} have. Not modified.
         * @param targets likewise, labels as exact numbers. Not modified.
         */
        void add(double[] outputs, double[] targets, int samples);

        /** The metric over all that was added, not the mean over batches; NaN where undefined. */
        double value();
    }
}
