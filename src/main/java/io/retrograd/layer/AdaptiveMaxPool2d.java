package io.retrograd.layer;

import java.util.List;

/**
 * The largest element of windows that divide x among a given number of outputs: x (N, C, H, W), y
 * (N, C, H′, W′).
 *
 * @param output sizes of y, one a spatial dimension, each at least 1
 */
public record AdaptiveMaxPool2d(List<Integer> output) implements AdaptiveMaxPooling {
    private static final String WHERE = "AdaptiveMaxPool2d";

    public AdaptiveMaxPool2d {
        output = Sizes.positive(WHERE, "output", 2, output);
    }

    /** One output size for all dimensions, or one each. */
    public AdaptiveMaxPool2d(int... output) {
        this(Sizes.of(WHERE, "output", 2, output));
    }
}
