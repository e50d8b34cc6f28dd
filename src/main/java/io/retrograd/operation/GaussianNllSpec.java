package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;

/**
 * Negative log-likelihood of targets t that are normally distributed with mean x and variance v.
 *
 * <pre>
 *   x (d...)    v of x's shape, or one for each row of the last dimension: (..., 1) or without it
 *   t (d...)    L ()
 *
 *   w[i]  = max(v[i], ε)
 *   L     = Σᵢ ½·(log w[i] + (x[i] − t[i])² / w[i]) / D           + ½·log 2π in each term if full
 *   dx[i] = dL / D·(x[i] − t[i]) / w[i]
 *   dv[i] = dL / D·½·(1 − (x[i] − t[i])² / w[i]) / w[i]           summed over the elements of a row
 * </pre>
 *
 * D is the number of elements of x for MEAN, 1 for SUM. As in PyTorch, dv is the derivative by w
 * also where ε takes v's place, so that v can grow again. A variance below 0, which PyTorch
 * refuses, makes the loss NaN.
 *
 * @param full whether the constant term is added
 * @param eps ε, above 0
 */
public record GaussianNllSpec(boolean full, double eps, Reduction reduction) {
    /** The term that full adds: ½·log 2π. */
    public static final double CONSTANT = 0.5 * Math.log(2 * Math.PI);

    private static final String NAME = "GaussianNllLoss";

    public GaussianNllSpec {
        Checks.positive(NAME, "eps", eps);
    }

    /** Elements of x that have one variance; refuses other shapes of variances. */
    public static int group(Shape x, Shape variance) {
        if (variance.equals(x)) {
            return 1;
        }
        int last = x.rank() - 1;
        boolean rows =
                last >= 0
                        && (variance.equals(x.with(last, 1))
                                || variance.dims().equals(x.dims().subList(0, last)));
        if (!rows) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected variances of shape %s, or one for each row of the last"
                                    + " dimension, got %s",
                            NAME, x, variance));
        }
        return x.dim(last);
    }
}
