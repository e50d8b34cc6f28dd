package io.retrograd.train;

import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;

/**
 * An array of numbers for each sample of a {@link Dataset}. Reading one twice gives the same.
 *
 * <p>With {@link Trainer#workers} several threads read at a time.
 */
public interface Column {
    /** The shape of one sample's array, without the batch: () for one number, as a class label. */
    Shape shape();

    /**
     * Copies a sample's array.
     *
     * @param index the sample, from 0 to the data set's size − 1
     * @param into receives {@code shape().size()} elements, row-major. Modified.
     * @param offset where in {@code into} they start
     */
    void copy(int index, double[] into, int offset);

    /** Whether elements are floats, so that {@link #copy(int, float[], int)} loses nothing. */
    default boolean floats() {
        return false;
    }

    /**
     * The same as floats.
     *
     * @throws UnsupportedOperationException if elements are no {@link #floats}
     */
    default void copy(int index, float[] into, int offset) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + ": expected samples of floats, got others");
    }

    /**
     * What training reads in place of this column at a draw, of the same shape and kind: itself
     * where nothing is changed at random.
     */
    default Column drawn(Draw draw) {
        return this;
    }

    /**
     * Where all elements are unsigned bytes over one number, that number, from 1 to 255; else 0. A
     * device may then take the bytes, which {@link #pixels} gives.
     */
    default int largestPixel() {
        return 0;
    }

    /**
     * Copies an array of bytes: what {@link #copy} divides by {@link #largestPixel}.
     *
     * @param into receives {@code shape().size()} bytes, unsigned, row-major. Modified.
     * @throws UnsupportedOperationException if elements are no bytes
     */
    default void pixels(int index, byte[] into, int offset) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + ": expected samples of bytes, got numbers");
    }
}
