package io.retrograd.layer;

import java.util.List;

/**
 * Means over windows that divide x among a given number of outputs: x (N, C, D, H, W), y (N, C, D′,
 * H′, W′).
 *
 * @param output sizes of y, one a spatial dimension, each at least 1
 */
public record AdaptiveAvgPool3d(List<Integer> output) implements AdaptiveAveragePooling {
    private static final String WHERE = "AdaptiveAvgPool3d";

    public AdaptiveAvgPool3d {
        output = Sizes.positive(WHERE, "output", 3, output);
    }

    /** One output size for all dimensions, or one each. */
    public AdaptiveAvgPool3d(int... output) {
        this(Sizes.of(WHERE, "output", 3, output));
    }
}
