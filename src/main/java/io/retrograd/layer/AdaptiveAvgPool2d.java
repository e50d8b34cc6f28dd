package io.retrograd.layer;

import java.util.List;

/**
 * Means over windows that divide x among a given number of outputs: x (N, C, H, W), y (N, C, H′,
 * W′).
 *
 * @param output sizes of y, one a spatial dimension, each at least 1
 */
public record AdaptiveAvgPool2d(List<Integer> output) implements AdaptiveAveragePooling {
    private static final String WHERE = "AdaptiveAvgPool2d";

    public AdaptiveAvgPool2d {
        output = Sizes.positive(WHERE, "output", 2, output);
    }

    /** One output size for all dimensions, or one each. */
    public AdaptiveAvgPool2d(int... output) {
        this(Sizes.of(WHERE, "output", 2, output));
    }
}
