/**
 * Data sets to train on: loaders, splits into training and test samples, and augmentations.
 *
 * <p>Start reading at {@link io.retrograd.data.Datasets}.
 *
 * <p>Invariants: pixels are scaled to [0, 1] in the order (C, H, W); a loader checks sizes, counts
 * and labels before it returns, and what is wrong is reported with the file and the offset; a split
 * is a pure function of the data and the seed.
 */
@NullMarked
package io.retrograd.data;

import org.jspecify.annotations.NullMarked;
