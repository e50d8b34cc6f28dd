package io.retrograd.metric;

import io.retrograd.tensor.Shape;

/** A number that says how good a network's outputs are. Immutable. */
public interface Metric {
    /** What it is called in tables, as in {@code accuracy} or {@code f1_macro}. */
    String name();

    /**
     * A new accumulator, over no samples.
     *
     * @param output the shape of one sample's output, without the batch
     * @throws IllegalArgumentException if the metric does not take such outputs
     */
    Accumulator start(Shape output);

    /** What a metric keeps of the samples that it has seen. */
    interface Accumulator {
        /**
         * Adds samples.
         *
         * @param outputs logits or values, row-major, those of one sample behind those of another;
         *     there may be more of them than the samples have. Not modified.
         * @param targets labels or values, likewise. Not modified.
         * @throws IllegalArgumentException if a label is no class
         */
        void add(double[] outputs, double[] targets, int samples);

        /** The metric over all samples added so far; NaN where it is undefined. */
        double value();
    }
}
