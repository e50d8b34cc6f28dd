package io.retrograd.backend;

/**
 * Adagrad as PyTorch defines it.
 *
 * <pre>
 *   g ← g + weightDecay·w      s ← s + g²      w ← w − lr / (1 + (t − 1)·lrDecay)·g / (√s + eps)
 * </pre>
 *
 * Source: J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR 12, 2011.
 */
public record AdagradSpec(double lrDecay, double eps, double weightDecay) {
    public AdagradSpec {
        Checks.notNegative("Adagrad", "lr decay", lrDecay);
        Checks.notNegative("Adagrad", "eps", eps);
        Checks.notNegative("Adagrad", "weight decay", weightDecay);
    }
}
