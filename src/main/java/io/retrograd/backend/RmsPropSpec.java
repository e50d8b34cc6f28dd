package io.retrograd.backend;

/**
 * RMSProp as PyTorch defines it.
 *
 * <pre>
 *   g ← g + weightDecay·w
 *   s ← α·s + (1 − α)·g²       a ← α·a + (1 − α)·g      (a only where centered)
 *   d ← √(s − a²) + eps        (√s + eps where not centered)
 *   b ← momentum·b + g / d     w ← w − lr·b             (w ← w − lr·g / d without momentum)
 * </pre>
 */
public record RmsPropSpec(
        double alpha, double eps, double weightDecay, double momentum, boolean centered) {
    public RmsPropSpec {
        Checks.notNegative("RmsProp", "alpha", alpha);
        Checks.notNegative("RmsProp", "eps", eps);
        Checks.notNegative("RmsProp", "weight decay", weightDecay);
        Checks.notNegative("RmsProp", "momentum", momentum);
    }
}
