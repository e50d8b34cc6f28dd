package io.retrograd.backend;

/**
 * Adam, and with {@code decoupled} AdamW.
 *
 * <pre>
 *   g ← g + weightDecay·w                      (Adam)
 *   w ← w − lr·weightDecay·w                   (AdamW)
 *   m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
 *   w ← w − lr / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + eps)
 * </pre>
 *
 * With {@code amsgrad} the largest v so far stands in the last line. Sources: D. P. Kingma, J. Ba,
 * Adam, ICLR 2015; I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019.
 */
public record AdamSpec(
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        boolean amsgrad,
        boolean decoupled) {
    public AdamSpec {
        Checks.fraction("Adam", "beta1", beta1);
        Checks.fraction("Adam", "beta2", beta2);
        Checks.notNegative("Adam", "eps", eps);
        Checks.notNegative("Adam", "weight decay", weightDecay);
    }
}
