package io.retrograd.train;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Samples of one shape, each with a class label. Reading one twice gives the same. */
public interface Dataset {
    /** Number of samples. */
    int size();

    /** The shape of one sample, without the batch: (C, H, W) for images. */
    Shape sampleShape();

    /** The tokens that samples hold; null for numbers. */
    default @Nullable TokenIds tokenIds() {
        return null;
    }

    /** Number of classes; labels are 0 to classes() − 1. */
    int classes();

    /**
     * Copies a sample.
     *
     * @param index from 0 to size() − 1
     * @param into receives {@code sampleShape().size()} elements, row-major. Modified.
     * @param offset where in {@code into} the sample starts
     */
    void sample(int index, double[] into, int offset);

    /** The class of a sample, from 0 to classes() − 1. */
    int label(int index);
}
