package io.retrograd.operation;

/**
 * The cosine of two embeddings, which has to be 1 for a pair that belongs together, t = 1, and at
 * most a margin for one that does not, t = −1. A row is one pair: all elements that differ in the
 * last dimension only.
 *
 * <pre>
 *   x, z (..., E)    t (...)    R rows    L ()
 *
 *   c[r] = Σₑ x[e]·z[e] / √(X·Z)      X = Σₑ x[e]² + 1e-12, Z = Σₑ z[e]² + 1e-12
 *   l[r] = 1 − c[r] for t[r] = 1,  max(0, c[r] − margin) for t[r] = −1,  else 0
 *   L    = Σᵣ l[r] / D
 *
 *   dx[e] = dL / D·l′·(z[e] / √(X·Z) − c·x[e] / X)
 *   dz[e] = dL / D·l′·(x[e] / √(X·Z) − c·z[e] / Z)
 *   l′    = −1 for t = 1,  1 for t = −1 and c ≥ margin,  else 0
 * </pre>
 *
 * D is R for MEAN, 1 for SUM. Definition and the 1e-12, which keeps rows of zeros finite, are those
 * of PyTorch's {@code cosine_embedding_loss}.
 *
 * @param margin from −1 to 1
 */
public record CosineEmbeddingSpec(double margin, Reduction reduction) {
    /** What is added to the squared lengths: 1e-12, in PyTorch a float32 in every precision. */
    public static final double EPSILON = 1e-12f;

    public CosineEmbeddingSpec {
        if (!(margin >= -1 && margin <= 1)) {
            throw new IllegalArgumentException(
                    "CosineEmbeddingLoss: margin must be between -1 and 1, got " + margin);
        }
    }

    /** Adds the smooth piece on which each row of these embeddings lies. */
    public void kinks(double[] x, double[] z, double[] t, KinkLedger ledger) {
        int length = x.length / t.length;
        for (int r = 0; r < t.length; r++) {
            double dot = 0;
            double xx = EPSILON;
            double zz = EPSILON;
            for (int i = r * length; i < (r + 1) * length; i++) {
                dot += x[i] * z[i];
                xx += x[i] * x[i];
                zz += z[i] * z[i];
            }
            ledger.add(t[r] == -1 && dot / Math.sqrt(xx * zz) < margin ? 0 : 1);
        }
    }
}
