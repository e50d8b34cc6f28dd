package io.retrograd.layer;

import io.retrograd.operation.TimeReduction;

/** The last step of each sequence, in {@link Padded} before its end: x (N, T, C), y (N, C). */
public record LastOverTime() implements OverTime {
    @Override
    public TimeReduction reduction() {
        return TimeReduction.LAST;
    }
}
