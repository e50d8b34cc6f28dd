package io.retrograd.layer;

import io.retrograd.operation.ActivationSpec;

/**
 * Gaussian error linear unit, {@code y = x · Φ(x)}, Φ the normal distribution function.
 *
 * <p>Source: D. Hendrycks, K. Gimpel, Gaussian error linear units, 2016.
 *
 * @param approximate what stands for Φ
 */
public record Gelu(Approximation approximate) implements Activation {
    /** What stands for Φ; PyTorch's {@code approximate}. */
    public enum Approximation {
        /** Φ itself. */
        NONE,
        /** (1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2, within 5e-4 of Φ. */
        TANH
    }

    /** With Φ itself. */
    public Gelu() {
        this(Approximation.NONE);
    }

    @Override
    public ActivationSpec spec() {
        return ActivationSpec.of(
                approximate == Approximation.TANH
                        ? ActivationSpec.Kind.GELU_TANH
                        : ActivationSpec.Kind.GELU);
    }
}
