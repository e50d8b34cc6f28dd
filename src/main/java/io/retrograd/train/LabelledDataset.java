package io.retrograd.train;

import io.retrograd.layer.Network;
import io.retrograd.layer.TokenIds;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one shape, each with a class label: the columns {@code input} and {@code target}.
 * Reading one twice gives the same.
 */
public interface LabelledDataset extends Dataset {
    /** The shape of one sample, without the batch: (C, H, W) for images. */
    Shape sampleShape();

    /** The tokens that samples hold; null for numbers. */
    default @Nullable TokenIds tokenIds() {
        return null;
    }

    /** Number of classes; labels are 0 to classes() − 1. */
    int classes();

    /** What the labels stand for, in order; empty where that is not known. */
    default List<String> labelNames() {
        return List.of();
    }

    /** Tells a sample from all others, as its file's name does; null where it has none. */
    default @Nullable String sampleName(int index) {
        return null;
    }

    /**
     * Copies a sample.
     *
     * @param index from 0 to size() − 1
     * @param into receives {@code sampleShape().size()} elements, row-major. Modified.
     * @param offset where in {@code into} the sample starts
     */
    void sample(int index, double[] into, int offset);

    /** Whether samples are floats, so that {@link #sample(int, float[], int)} loses nothing. */
    default boolean floats() {
        return false;
    }

    /**
     * The same as floats.
     *
     * @throws UnsupportedOperationException if samples are no {@link #floats}
     */
    default void sample(int index, float[] into, int offset) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + ": expected samples of floats, got others");
    }

    /**
     * Where all samples are unsigned bytes over one number, that number, from 1 to 255; else 0. A
     * device may then take the bytes, which {@link #pixels} gives.
     */
    default int largestPixel() {
        return 0;
    }

    /**
     * Copies a sample of which each element is a byte: what {@link #sample} divides by {@link
     * #largestPixel}.
     *
     * @param index from 0 to size() − 1
     * @param into receives {@code sampleShape().size()} bytes, unsigned, row-major. Modified.
     * @param offset where in {@code into} the sample starts
     * @throws UnsupportedOperationException if samples are no bytes
     */
    default void pixels(int index, byte[] into, int offset) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + ": expected samples of bytes, got numbers");
    }

    /** The class of a sample, from 0 to classes() − 1. */
    int label(int index);

    /**
     * The probability of each class, for losses that take them: 1 for the label's, unless labels
     * are mixed.
     *
     * @param into receives {@code count} of them, those beyond {@link #classes} 0. Modified.
     */
    default void probabilities(int index, double[] into, int offset, int count) {
        Arrays.fill(into, offset, offset + count, 0);
        into[offset + label(index)] = 1;
    }

    /** What training reads in place of this at a draw: itself where nothing is changed. */
    default LabelledDataset drawn(Draw draw) {
        return this;
    }

    @Override
    default Map<String, Column> inputs() {
        return Map.of(Network.INPUT, LabelledColumns.samples(this));
    }

    @Override
    default Map<String, Column> targets() {
        return Map.of(LossSum.TARGET, LabelledColumns.labels(this));
    }
}
