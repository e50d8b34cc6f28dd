package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/**
 * Piecewise quadratic swish, {@code y = x · clamp(x + 3, 0, 6) / 6}.
 *
 * <p>Source: A. Howard et al., Searching for MobileNetV3, ICCV 2019.
 */
public record Hardswish() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.HARDSWISH);
    }
}
