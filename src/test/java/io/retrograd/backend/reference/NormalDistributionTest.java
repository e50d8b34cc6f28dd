package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The limits; GELU's numbers, which are made of these, are checked against exact ones. */
class NormalDistributionTest {
    @Test
    void hasItsLimits() {
        assertEquals(1, NormalDistribution.below(Double.POSITIVE_INFINITY));
        assertEquals(1, NormalDistribution.below(Double.MAX_VALUE));
        assertEquals(0.5, NormalDistribution.below(0));
        assertEquals(0, NormalDistribution.below(-Double.MAX_VALUE));
        assertEquals(0, NormalDistribution.below(Double.NEGATIVE_INFINITY));
        assertEquals(0, NormalDistribution.density(Double.NEGATIVE_INFINITY));
        assertEquals(0, NormalDistribution.density(Double.MAX_VALUE));
    }

    @Test
    void propagatesNaN() {
        assertEquals(Double.NaN, NormalDistribution.below(Double.NaN));
        assertEquals(Double.NaN, NormalDistribution.density(Double.NaN));
    }
}
