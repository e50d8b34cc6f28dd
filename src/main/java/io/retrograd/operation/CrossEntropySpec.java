package io.retrograd.operation;

/**
 * Cross-entropy of logits with class labels.
 *
 * <pre>
 *   z (N, C)    label (N)    weight (C)    L ()
 *
 *   logp[n,c] = z[n,c] − log Σⱼ exp z[n,j]
 *   l[n]      = −(1 − ε)·weight[label[n]]·logp[n, label[n]] − ε/C·Σ_c weight[c]·logp[n,c]
 *   L         = Σₙ l[n], for MEAN divided by Σₙ weight[label[n]]
 * </pre>
 *
 * @param labelSmoothing ε, in [0, 1]
 */
public record CrossEntropySpec(Reduction reduction, double labelSmoothing) {
    public CrossEntropySpec {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException(
                    "CrossEntropy: label smoothing must be between 0 and 1, got " + labelSmoothing);
        }
    }
}
