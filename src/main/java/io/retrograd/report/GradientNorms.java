package io.retrograd.report;

import java.util.Map;

/**
 * The gradients of an epoch's last step, as the update took them.
 *
 * @param norms the Euclidean norm of each parameter's, by the parameter's name
 */
public record GradientNorms(int epoch, Map<String, Double> norms) {
    public GradientNorms {
        norms = Measured.ordered(norms);
    }
}
