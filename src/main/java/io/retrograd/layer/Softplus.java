package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/** Smooth ReLU, {@code y = log(1 + eˣ)}; above 20 it is x, as in PyTorch. */
public record Softplus() implements Activation {
    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(ActivationSpec.Kind.SOFTPLUS);
    }
}
