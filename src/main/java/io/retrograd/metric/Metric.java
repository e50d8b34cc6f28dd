package io.retrograd.metric;

import io.retrograd.tensor.Shape;
import java.util.List;

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

        /**
         * What it has counted, for a checkpoint: whole numbers that {@link #addCounts} adds to a
         * new accumulator. Accuracies have it, which are followed while a network trains.
         *
         * @throws UnsupportedOperationException if there is no such thing
         */
        default List<Long> counts() {
            throw new UnsupportedOperationException(
                    getClass().getSimpleName() + ": keeps more than counts");
        }

        /**
         * Adds what another accumulator has counted.
         *
         * @throws IllegalArgumentException if there are not as many, or for one below 0
         */
        default void addCounts(List<Long> more) {
            throw new UnsupportedOperationException(
                    getClass().getSimpleName() + ": keeps more than counts");
        }

        /** The metric over all samples added so far; NaN where it is undefined. */
        double value();
    }
}
