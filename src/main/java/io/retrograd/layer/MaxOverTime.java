package io.retrograd.layer;

import io.retrograd.operation.TimeReduction;

/**
 * The largest element of all steps of each sequence, in {@link Padded} before its end: x (N, T, C),
 * y (N, C).
 */
public record MaxOverTime() implements OverTime {
    @Override
    public TimeReduction reduction() {
        return TimeReduction.MAX;
    }
}
