package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;

/**
 * Connectionist temporal classification: the probability of a label sequence by all alignments to
 * the steps of logits, in which labels are repeated and blanks are put between.
 *
 * <pre>
 *   z (T, N, C)    target (N, 2 + S): input length Tₙ, target length Sₙ, labels    L ()
 *
 *   l′ = blank, l₁, blank, l₂, ..., blank            (2·Sₙ + 1 states s)
 *   lp[t,s]   = log softmax(z[t,n])[l′[s]]
 *   α[t,s]    = lp[t,s] + log(e^α[t−1,s] + e^α[t−1,s−1] + e^α[t−1,s−2])
 *               the last term only where l′[s] is a label other than l′[s−2]; α[0,s] = lp of s &lt; 2
 *   l[n]      = −log(e^α[Tₙ−1, 2Sₙ] + e^α[Tₙ−1, 2Sₙ−1])          infinite if no alignment fits
 *   L         = Σₙ l[n] / D[n]        D[n] = N·max(1, Sₙ) for MEAN, 1 for SUM
 *
 *   β as α from the end;  γ[t,c] = Σ_{s: l′[s] = c} exp(α[t,s] + β[t,s] − lp[t,s] + l[n])
 *   dz[t,n,c] = dL / D[n]·(softmax(z[t,n])[c] − γ[t,c]),  0 for t ≥ Tₙ
 * </pre>
 *
 * The gradient of an infinite loss is NaN, as PyTorch's; with {@code zeroInfinity} both are 0.
 *
 * <p>Source: A. Graves et al., Connectionist temporal classification, ICML 2006.
 *
 * @param blank the class of no label
 * @param batchFirst whether z is (N, T, C)
 */
public record CtcSpec(int blank, Reduction reduction, boolean zeroInfinity, boolean batchFirst) {
    /** Numbers of a target in front of its labels: the two lengths. */
    public static final int LENGTHS = 2;

    private static final String NAME = "CtcLoss";

    public CtcSpec {
        Checks.notNegative(NAME, "blank", blank);
    }

    public int batch(Shape z) {
        return z.dim(batchFirst ? 0 : 1);
    }

    public int steps(Shape z) {
        return z.dim(batchFirst ? 1 : 0);
    }

    /** The row of z, of C elements, that is step t of sample n. */
    public int row(Shape z, int t, int n) {
        return batchFirst ? n * steps(z) + t : t * batch(z) + n;
    }

    /** The divisor of a sample's loss. */
    public double divisor(Shape z, int targetLength) {
        return reduction == Reduction.SUM ? 1 : (double) batch(z) * Math.max(1, targetLength);
    }

    /**
     * Refuses a sample's target that is out of range.
     *
     * @param longest S
     */
    public void check(Shape z, int longest, int n, int inputLength, int targetLength) {
        checkIn(n, "input length", inputLength, steps(z));
        checkIn(n, "target length", targetLength, longest);
    }

    /** Refuses a label that is no class. */
    public void checkLabel(Shape z, int n, int label) {
        checkIn(n, "label", label, z.dim(2) - 1);
    }

    private static void checkIn(int n, String what, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %s from 0 to %d, got %d for sample %d",
                            NAME, what, most, value, n));
        }
    }
}
