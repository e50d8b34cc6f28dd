package io.retrograd.attribution;

/**
 * What the values of an {@link Explanation} sum to: shares of an output have that output, or its
 * difference to another one, as their sum.
 *
 * @param expected what they should sum to
 * @param sum what they sum to
 * @param error the method's own estimate of how far the two may lie apart
 */
public record Completeness(double expected, double sum, double error) {
    /** Whether the sum lies within the estimated error. */
    public boolean holds() {
        return Math.abs(sum - expected) <= error;
    }
}
