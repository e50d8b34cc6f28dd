package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * Local response normalisation across channels.
 *
 * <pre>
 *   x, y, s (N, C, inner...)
 *
 *   s[c] = k + α/size·Σⱼ x[j]²        j from c − ⌊size/2⌋ to c + ⌊(size − 1)/2⌋, within 0 … C − 1
 *   y[c] = x[c]·s[c]^(−β)
 *
 *   dx[j] = dy[j]·s[j]^(−β) − 2·α·β/size·x[j]·Σ_c dy[c]·x[c]·s[c]^(−β − 1)    c: window holds j
 * </pre>
 *
 * Source: A. Krizhevsky, I. Sutskever, G. E. Hinton, ImageNet classification with deep
 * convolutional neural networks, NIPS 2012, section 3.3; α/size as in PyTorch.
 *
 * @param size number of channels in the window, at least 1
 */
public record LocalResponseNormSpec(int size, double alpha, double beta, double k) {
    public LocalResponseNormSpec {
        Checks.atLeast("LocalResponseNorm", "size", 1, size);
        Checks.finite("LocalResponseNorm", "alpha", alpha);
        Checks.finite("LocalResponseNorm", "beta", beta);
        Checks.finite("LocalResponseNorm", "k", k);
    }
}
