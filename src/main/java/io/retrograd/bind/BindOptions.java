package io.retrograd.bind;

import java.util.Set;

/**
 * Options for binding a model; fixed for the life of the binding.
 *
 * @param training whether layers train (batch statistics, dropout) or infer
 * @param gradients whether activations and parameters have gradients
 * @param inputGradient whether the network's input has a gradient too
 * @param keepAll whether every tensor keeps its memory for the whole step, to be read afterwards
 * @param surrogates whether custom operations with a surrogate gradient run the function that their
 *     gradient belongs to in place of their own
 * @param widens whether a device may compute in more digits than its precision has, where it
 *     measures that to be faster
 * @param memoryLimit bytes that the binding may take; committing a larger one is an error
 * @param frozen names of parameters without gradients: nothing that only they would need is
 *     computed in backward
 * @param frozenNorms whether batch norm whose parameters are frozen takes its running statistics,
 *     and leaves them as they are
 */
public record BindOptions(
        boolean training,
        boolean gradients,
        boolean inputGradient,
        boolean keepAll,
        boolean surrogates,
        boolean widens,
        long memoryLimit,
        Set<String> frozen,
        boolean frozenNorms) {
    public BindOptions {
        frozen = Set.copyOf(frozen);
    }

    /** With gradients of all parameters. */
    public BindOptions(
            boolean training,
            boolean gradients,
            boolean inputGradient,
            boolean keepAll,
            boolean surrogates,
            boolean widens,
            long memoryLimit) {
        this(
                training,
                gradients,
                inputGradient,
                keepAll,
                surrogates,
                widens,
                memoryLimit,
                Set.of(),
                /* frozenNorms= */ false);
    }

    /** To train: gradients of parameters, memory reused as soon as it can be. */
    public static BindOptions train() {
        return new BindOptions(true, true, false, false, false, false, Long.MAX_VALUE);
    }

    /** To infer: no gradients. */
    public static BindOptions infer() {
        return new BindOptions(false, false, false, false, false, false, Long.MAX_VALUE);
    }

    /** To read gradients of parameters and of the input, memory reused as soon as it can be. */
    public static BindOptions gradients(boolean training) {
        return new BindOptions(training, true, true, false, false, false, Long.MAX_VALUE);
    }

    /** To look at every value and gradient after a step, that of the input included. */
    public static BindOptions inspect(boolean training) {
        return new BindOptions(training, true, true, true, false, false, Long.MAX_VALUE);
    }

    /** The same with surrogates in place of custom operations that declare one, or without. */
    public BindOptions surrogates(boolean value) {
        return new BindOptions(
                training,
                gradients,
                inputGradient,
                keepAll,
                value,
                widens,
                memoryLimit,
                frozen,
                frozenNorms);
    }

    /** The same, computed in more digits than the device's precision has where that is faster. */
    public BindOptions widens(boolean value) {
        return new BindOptions(
                training,
                gradients,
                inputGradient,
                keepAll,
                surrogates,
                value,
                memoryLimit,
                frozen,
                frozenNorms);
    }

    /** The same with at most this many bytes. */
    public BindOptions memoryLimit(long bytes) {
        return new BindOptions(
                training,
                gradients,
                inputGradient,
                keepAll,
                surrogates,
                widens,
                bytes,
                frozen,
                frozenNorms);
    }

    /** The same with these parameters frozen, and their batch norm so or not. */
    public BindOptions frozen(Set<String> names, boolean norms) {
        return new BindOptions(
                training,
                gradients,
                inputGradient,
                keepAll,
                surrogates,
                widens,
                memoryLimit,
                names,
                norms);
    }
}
