package io.retrograd.train;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a training is between two updates: what {@link Trainer#resume} needs to go on as if it
 * had never stopped. Immutable.
 */
public final class TrainingState {
    private final TrainingProgress progress;
    private final Map<String, Values> tensors;

    /** The values of one tensor. Immutable. */
    public static final class Values {
        private final Shape shape;
        private final DType dtype;
        private final double[] elements;

        /** Takes over the array. */
        private Values(Shape shape, DType dtype, double[] elements) {
            this.shape = shape;
            this.dtype = dtype;
            this.elements = elements;
        }

        /**
         * Values.
         *
         * @param dtype the kind of numbers that all of them are
         * @param elements as many as the shape has, row-major. Copied.
         */
        public static Values of(Shape shape, DType dtype, double... elements) {
            if (elements.length != shape.size()) {
                throw new IllegalArgumentException(
                        String.format(
                                "TrainingState: expected %d values for %s, got %d",
                                shape.size(), shape, elements.length));
            }
            return new Values(shape, dtype, elements.clone());
        }

        /** The same over an array that nobody changes. */
        static Values over(Shape shape, DType dtype, double[] elements) {
            return new Values(shape, dtype, elements);
        }

        public Shape shape() {
            return shape;
        }

        public DType dtype() {
            return dtype;
        }

        /** A copy, row-major. */
        public double[] elements() {
            return elements.clone();
        }

        /** Not a copy. */
        double[] array() {
            return elements;
        }
    }

    /**
     * A state.
     *
     * @param tensors by name: {@code parameter/} and a name for parameters and running statistics,
     *     {@code slot/}, the purpose and a name for the optimizer's memory, {@code last_good/} and
     *     {@code best/} for what the training may go back to
     */
    public TrainingState(TrainingProgress progress, Map<String, Values> tensors) {
        this.progress = progress;
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    public TrainingProgress progress() {
        return progress;
    }

    /** Parameters, running statistics, the optimizer's memory, and what may be gone back to. */
    public Map<String, Values> tensors() {
        return tensors;
    }

    @Override
    public String toString() {
        return "TrainingState(" + progress.where() + ")";
    }
}
