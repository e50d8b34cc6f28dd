package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * Batch normalisation.
 *
 * @param eps added to the variance, above 0
 * @param momentum weight of the new batch in the running statistics, in [0, 1]
 */
public record BatchNormSpec(double eps, double momentum) {
    public BatchNormSpec {
        Checks.positive("BatchNorm", "eps", eps);
        Checks.share("BatchNorm", "momentum", momentum);
    }
}
