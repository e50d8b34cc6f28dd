package io.retrograd.tensor;

/**
 * A way to round numbers to fewer digits.
 *
 * @param epsilon distance from 1 to the next larger number that is left; 0 rounds nothing
 * @param draw 0 rounds to the nearest number; another one to either neighbour at random, the nearer
 *     one more often, so that the mean is the number itself
 */
public record Rounding(double epsilon, int draw) {
    /**
     * Rounds a number. One that needs no rounding stays.
     *
     * @param stream which tensor it belongs to: each is rounded by random numbers of its own
     * @param index its place there
     */
    public double round(double value, long stream, long index) {
        double step = epsilon * Math.scalb(1.0, Math.getExponent(value));
        if (step == 0) {
            return value;
        }
        double shift = draw == 0 ? 0 : Philox.uniform(draw, stream, index) - 0.5;
        return Math.rint(value / step + shift) * step;
    }
}
