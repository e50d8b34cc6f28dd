/**
 * Metrics: how well a network does its task, in numbers that people know.
 *
 * <p>Start with {@link io.retrograd.metric.Metric}.
 */
@NullMarked
package io.retrograd.metric;

import org.jspecify.annotations.NullMarked;
