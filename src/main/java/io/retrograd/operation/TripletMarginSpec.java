package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * The distance of an anchor from a positive sample, which has to be smaller by a margin than that
 * from a negative one. A row is one sample: all elements that differ in the last dimension only.
 *
 * <pre>
 *   a, p, n (..., E)    R rows    L ()
 *
 *   d(u, v) = (Σₑ |u[e] − v[e] + ε|ᵠ)^(1/ᵠ)                          q the norm
 *   f       = d(a, n), or the smaller of d(a, n) and d(p, n) with swap
 *   l[r]    = max(0, margin + d(a, p) − f)
 *   L       = Σᵣ l[r] / D
 *
 *   g(u, v)[e] = sign(z)·(|z| / d(u, v))^(q−1), z = u[e] − v[e] + ε        0 where d is 0
 *   da = s·(g(a, p) − b·g(a, n))     dp = −s·(g(a, p) + c·g(p, n))     dn = s·(b·g(a, n) + c·g(p, n))
 * </pre>
 *
 * D is R for MEAN, 1 for SUM. s is dL / D, and 0 where {@code margin + d(a, p) − f} is below 0. b
 * is 1 and c is 0 where f is d(a, n), the other way around where it is d(p, n), and both are ½
 * where these are equal.
 *
 * <p>Sources: V. Balntas et al., Learning local feature descriptors with triplets and shallow
 * convolutional neural networks, BMVC 2016, also for swap; PyTorch's {@code triplet_margin_loss}.
 *
 * @param margin at least 0
 * @param norm q, at least 1
 * @param eps ε, at least 0
 */
public record TripletMarginSpec(
        double margin, double norm, double eps, boolean swap, Reduction reduction) {
    private static final String NAME = "TripletMarginLoss";

    public TripletMarginSpec {
        Checks.notNegative(NAME, "margin", margin);
        Checks.notNegative(NAME, "eps", eps);
        Checks.positive(NAME, "norm", norm);
        if (norm < 1) {
            throw new IllegalArgumentException(NAME + ": norm must be at least 1, got " + norm);
        }
    }

    /** Adds the smooth pieces on which each row of these embeddings, of this length, lies. */
    public void kinks(double[] a, double[] p, double[] n, int length, KinkLedger ledger) {
        for (int from = 0; from < a.length; from += length) {
            double far = distance(a, n, from, length, ledger);
            double excess = margin + distance(a, p, from, length, ledger);
            if (swap) {
                double other = distance(p, n, from, length, ledger);
                ledger.add((int) Math.signum(far - other));
                far = Math.min(far, other);
            }
            ledger.add(excess < far ? 0 : 1);
        }
    }

    private double distance(double[] u, double[] v, int from, int length, KinkLedger ledger) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            double z = u[i] - v[i] + eps;
            sum += Math.pow(Math.abs(z), norm);
            if (norm == 1) {
                ledger.add((int) Math.signum(z));
            }
        }
        return Math.pow(sum, 1 / norm);
    }
}
