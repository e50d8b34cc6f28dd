package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * The power of a check: for each tensor, the smallest e such that a gradient g·(1 + e) in the place
 * of g would have failed.
 *
 * <p>Where a computed a was held against b and may be off by a bound, a·(1 + e) fails from |a|·e =
 * bound + |a − b| on, and a gradient fails as soon as one comparison does.
 */
final class Power {
    private final Map<String, Double> smallest = new HashMap<>();

    /** Takes note of a comparison of a gradient, or of what is computed from it. */
    void compared(Tensor variable, double a, double b, double bound) {
        double caught = (bound + Math.abs(a - b)) / Math.abs(a);
        smallest.merge(variable.name(), Double.isNaN(caught) ? NONE : caught, Math::min);
    }

    /** The power for a tensor's gradient; infinite if no relative error would have failed. */
    double of(Tensor variable) {
        return smallest.getOrDefault(variable.name(), NONE);
    }

    private static final double NONE = Double.POSITIVE_INFINITY;
}
