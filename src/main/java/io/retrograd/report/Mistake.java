package io.retrograd.report;

import org.jspecify.annotations.Nullable;

/**
 * A sample that a network took for another class.
 *
 * @param index the sample's number in its data set, from 0
 * @param label its class
 * @param predicted the class that it was taken for
 * @param probability of that class
 * @param probabilityOfLabel of its own
 * @param picture null if the sample is none
 * @param text null if the sample is none
 */
public record Mistake(
        int index,
        int label,
        int predicted,
        double probability,
        double probabilityOfLabel,
        @Nullable Picture picture,
        @Nullable String text) {}
