package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.tensor.Checks;

/**
 * Rectified linear unit that leaks, {@code y = x for x > 0, else slope·x}.
 *
 * @param slope factor below 0
 */
public record LeakyRelu(double slope) implements Activation {
    public LeakyRelu {
        Checks.finite("LeakyRelu", "slope", slope);
    }

    /** With slope 0.01. */
    public LeakyRelu() {
        this(0.01);
    }

    @Override
    public ActivationSpec spec() {
        return new ActivationSpec(ActivationSpec.Kind.LEAKY_RELU, slope);
    }
}
