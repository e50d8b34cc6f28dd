package io.retrograd.bench;

import java.util.Collection;

/** Statistics of several measurements of the same thing. */
final class Stats {
    private Stats() {}

    /**
     * The middle value, or the mean of the middle two.
     *
     * @throws IllegalArgumentException for no values
     */
    static double median(Collection<Double> values) {
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Largest less smallest, as a share of the median. */
    static double spread(Collection<Double> values) {
        double[] sorted = sorted(values);
        return (sorted[sorted.length - 1] - sorted[0]) / median(values);
    }

    private static double[] sorted(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Stats: expected one or more values, got none");
        }
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
