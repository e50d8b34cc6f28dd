package io.retrograd.layer;

import java.util.List;

/**
 * Means over windows that divide x among a given number of outputs: x (N, C, L), y (N, C, L′).
 *
 * @param output sizes of y, one a spatial dimension, each at least 1
 */
public record AdaptiveAvgPool1d(List<Integer> output) implements AdaptiveAveragePooling {
    private static final String WHERE = "AdaptiveAvgPool1d";

    public AdaptiveAvgPool1d {
        output = Sizes.positive(WHERE, "output", 1, output);
    }

    /** One output size for all dimensions, or one each. */
    public AdaptiveAvgPool1d(int... output) {
        this(Sizes.of(WHERE, "output", 1, output));
    }
}
