package io.retrograd.train;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How a {@link GradientPass} runs a network, and what it reads. Immutable.
 *
 * @param training whether layers train (batch statistics, which move running statistics, and
 *     dropout) or infer
 * @param activations the paths of the layers whose outputs are read, with their gradients, as in
 *     {@code 3.body.1}
 * @param parameters whether the gradients of parameters are computed
 */
public record GradientOptions(boolean training, Set<String> activations, boolean parameters) {
    public GradientOptions {
        activations = Set.copyOf(activations);
    }

    /** As in a training step, without its update. */
    public static GradientOptions train() {
        return new GradientOptions(true, Set.of(), true);
    }

    /** As in a prediction: running statistics, no dropout. */
    public static GradientOptions infer() {
        return new GradientOptions(false, Set.of(), true);
    }

    /** The same, and reads the outputs of these layers too. */
    public GradientOptions activations(String... paths) {
        Set<String> more = new LinkedHashSet<>(activations);
        more.addAll(List.of(paths));
        return new GradientOptions(training, more, parameters);
    }

    /** The same without the gradients of parameters: those of inputs and activations are left. */
    public GradientOptions withoutParameters() {
        return new GradientOptions(training, activations, false);
    }
}
