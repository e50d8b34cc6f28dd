package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Rectified linear unit, {@code y = max(0, x)}; its derivative at 0 is 0. */
public record Relu() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.RELU);
    }
}
