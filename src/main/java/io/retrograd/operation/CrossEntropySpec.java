package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * Cross-entropy of logits with class labels.
 *
 * <pre>
 *   z (N, C)    label (N)    weight (C)    L ()
 *
 *   logp[n,c] = z[n,c] − log Σⱼ exp z[n,j]
 *   l[n]      = −(1 − ε)·weight[label[n]]·logp[n, label[n]] − ε/C·Σ_c weight[c]·logp[n,c]
 *   L         = Σₙ l[n] / D        D = Σₙ weight[label[n]] for MEAN, 1 for SUM
 *
 *   q[n,c]    = (1 − ε)·weight[c]·[c = label[n]] + ε/C·weight[c]
 *   dz[n,c]   = dL / D · (softmax(z[n])[c]·Σⱼ q[n,j] − q[n,c])
 * </pre>
 *
 * Weights are 1 where there are none.
 *
 * @param labelSmoothing ε, in [0, 1]
 */
public record CrossEntropySpec(Reduction reduction, double labelSmoothing) {
    public CrossEntropySpec {
        Checks.share("CrossEntropy", "label smoothing", labelSmoothing);
    }
}
