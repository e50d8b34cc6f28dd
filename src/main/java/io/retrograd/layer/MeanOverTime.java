package io.retrograd.layer;

import io.retrograd.operation.TimeReduction;

/**
 * The mean of all steps of each sequence, in {@link Padded} before its end: x (N, T, C), y (N, C).
 */
public record MeanOverTime() implements OverTime {
    @Override
    public TimeReduction reduction() {
        return TimeReduction.MEAN;
    }
}
