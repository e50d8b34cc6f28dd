package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * Local response normalisation, {@code y = x / (k + α/size · Σ x²)^β}, the sum over {@code size}
 * neighbouring channels (zeros beyond the first and the last, as in PyTorch).
 *
 * @param size number of channels in the window, at least 1
 */
public record LocalResponseNormSpec(int size, double alpha, double beta, double k) {
    public LocalResponseNormSpec {
        if (size < 1) {
            throw new IllegalArgumentException(
                    "LocalResponseNorm: size must be at least 1, got " + size);
        }
        Checks.finite("LocalResponseNorm", "alpha", alpha);
        Checks.finite("LocalResponseNorm", "beta", beta);
        Checks.finite("LocalResponseNorm", "k", k);
    }
}
