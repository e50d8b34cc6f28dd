package io.retrograd.train;

import io.retrograd.tensor.Shape;

/** A random change of training samples that keeps their class, as a shift by a pixel. Immutable. */
@FunctionalInterface
public interface Augmentation {
    /**
     * Changes one sample in place, as a pure function of the sample, the seed and the draw.
     *
     * @param values the sample's elements from {@code offset} on, row-major. Modified.
     * @param shape the sample's, without the batch: (C, H, W) for images
     * @param seed the seed of the whole training
     * @param draw the number of the change, another for each sample and epoch
     */
    void apply(double[] values, int offset, Shape shape, long seed, long draw);
}
