package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * Soft Dice: how far the overlap of predicted and true regions is from whole, for each sample and
 * class. Sums run over a sample's positions d....
 *
 * <pre>
 *   z (N, C, d...)    label (N, d...) or t (N, C, d...)    L ()
 *
 *   p[n,c,i] = softmax of z[n,.,i] over classes, or σ(z[n,c,i])
 *   t[n,c,i] = [c = label[n,i]]                                         (where labels are given)
 *   U[n,c]   = Σᵢ (p + t) + s
 *   D[n,c]   = (2·Σᵢ p·t + s) / U[n,c]
 *   L        = Σ (1 − D[n,c]) / M          M = N·C for MEAN, 1 for SUM
 *
 *   g        = −dL / M·(2·t − D) / U                                    (the derivative by p)
 *   dz       = p·(g − Σⱼ g[n,j,i]·p[n,j,i]) of softmax, p·(1 − p)·g of σ
 * </pre>
 *
 * Positions whose label is ignored are in no sum, and their gradient is 0. Without smoothing, s =
 * 0, a class that occurs in neither region is 0/0.
 *
 * <p>Source: F. Milletari et al., V-Net, 3DV 2016; the denominator is the sum of p and t, not of
 * their squares, as in the Sørensen-Dice coefficient.
 *
 * @param smooth s, at least 0
 * @param ignoreIndex the label of positions that do not count
 */
public record DiceSpec(Form form, double smooth, Reduction reduction, int ignoreIndex) {
    /** What is given. */
    public enum Form {
        /** Logits of classes, of which each position has one, and labels. */
        LABELS,
        /** Logits of classes, of which each position has one, and probabilities of all. */
        PROBABILITIES,
        /** A logit for each region by itself, and probabilities. */
        SIGMOID
    }

    public DiceSpec {
        Checks.notNegative("DiceLoss", "smooth", smooth);
    }

    /** Refuses a label that is no class and not ignored. */
    public void checkLabel(int label, int classes, int n) {
        if (label != ignoreIndex && (label < 0 || label >= classes)) {
            throw new IllegalArgumentException(
                    String.format(
                            "DiceLoss: expected a label from 0 to %d, got %d for sample %d",
                            classes - 1, label, n));
        }
    }
}
