/**
 * Metrics: numbers for people that say how good a network's outputs are, over a whole data set.
 *
 * <p>Start reading at {@link io.retrograd.metric.Metrics}, which makes all of them.
 *
 * <p>Invariants: a metric is immutable; its accumulator keeps counts and sums of all samples, never
 * means of batches, so that the division into batches does not matter.
 */
@NullMarked
package io.retrograd.metric;

import org.jspecify.annotations.NullMarked;
