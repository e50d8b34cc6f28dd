package io.retrograd.layer;

import java.util.List;

/**
 * The largest element of windows that divide x among a given number of outputs: x (N, C, L), y (N,
 * C, L′).
 *
 * @param output sizes of y, one a spatial dimension, each at least 1
 */
public record AdaptiveMaxPool1d(List<Integer> output) implements AdaptiveMaxPooling {
    private static final String WHERE = "AdaptiveMaxPool1d";

    public AdaptiveMaxPool1d {
        output = Sizes.positive(WHERE, "output", 1, output);
    }

    /** One output size for all dimensions, or one each. */
    public AdaptiveMaxPool1d(int... output) {
        this(Sizes.of(WHERE, "output", 1, output));
    }
}
