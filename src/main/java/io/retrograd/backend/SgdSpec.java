package io.retrograd.backend;

/**
 * Stochastic gradient descent as PyTorch defines it.
 *
 * <pre>
 *   g ← g + weightDecay·w
 *   v ← momentum·v + (1 − dampening)·g        (v ← g in the first step)
 *   g ← nesterov ? g + momentum·v : v          (where momentum is not 0)
 *   w ← w − lr·g
 * </pre>
 */
public record SgdSpec(double momentum, double dampening, boolean nesterov, double weightDecay) {
    public SgdSpec {
        Checks.notNegative("Sgd", "momentum", momentum);
        Checks.finite("Sgd", "dampening", dampening);
        Checks.notNegative("Sgd", "weight decay", weightDecay);
        if (nesterov && (momentum == 0 || dampening != 0)) {
            throw new IllegalArgumentException(
                    "Sgd: Nesterov needs momentum above 0 and no dampening, got momentum "
                            + momentum
                            + " and dampening "
                            + dampening);
        }
    }
}
