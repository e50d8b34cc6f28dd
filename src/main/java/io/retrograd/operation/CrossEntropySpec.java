package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * Cross-entropy of logits, or of log-probabilities, with class labels or probabilities. A row r is
 * a sample, or one position of a sample: of z (N, C, d...) the elements that differ in c only.
 *
 * <pre>
 *   z (N, C, d...)    label (N, d...) or t (N, C, d...)    weight (C)    L ()
 *
 *   logp[r,c] = z[r,c] − log Σⱼ exp z[r,j]                     (z[r,c] of log-probabilities)
 *   t[r,c]    = [c = label[r]]                                   (where labels are given)
 *   q[r,c]    = weight[c]·((1 − ε)·t[r,c] + ε/C)                (0 where label[r] is ignored)
 *   L         = −Σᵣ Σ_c q[r,c]·logp[r,c] / D
 *   D         = Σᵣ weight[label[r]] over labels not ignored, or the number of rows where there are
 *               probabilities, for MEAN; 1 for SUM
 *
 *   dz[r,c]   = dL / D·(softmax(z[r])[c]·Σⱼ q[r,j] − q[r,c])    (−dL / D·q[r,c] of logp)
 * </pre>
 *
 * Weights are 1 where there are none. Where all labels are ignored, the mean is 0/0.
 *
 * @param labelSmoothing ε, in [0, 1]
 * @param ignoreIndex the label of rows that do not count
 */
public record CrossEntropySpec(
        Reduction reduction, double labelSmoothing, int ignoreIndex, Form form) {
    /** PyTorch's default: no class. */
    public static final int NO_CLASS = -100;

    /** What is given. */
    public enum Form {
        /** Logits and labels. */
        LABELS,
        /** Logits and probabilities. */
        PROBABILITIES,
        /** Log-probabilities and labels. */
        LOG_PROBABILITIES
    }

    public CrossEntropySpec {
        Checks.share("CrossEntropy", "label smoothing", labelSmoothing);
    }
}
