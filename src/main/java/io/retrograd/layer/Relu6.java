package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/**
 * Rectified linear unit with a ceiling, {@code y = clamp(x, 0, 6)}.
 *
 * <p>Source: M. Sandler et al., MobileNetV2, CVPR 2018.
 */
public record Relu6() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.RELU6);
    }
}
