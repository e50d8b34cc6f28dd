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
 * @param frozen the parameters that stay as they are
 */
public record BindOptions(
        boolean training,
        boolean gradients,
        boolean inputGradient,
        boolean keepAll,
        boolean surrogates,
        boolean widens,
        long memoryLimit,
        Frozen frozen) {
    /**
     * Parameters without gradients: nothing that only they would need is computed in backward.
     *
     * @param names theirs
     * @param norms whether batch norm whose parameters are among them takes its running statistics,
     *     and leaves them as they are
     */
    public record Frozen(Set<String> names, boolean norms) {
        static final Frozen NONE = new Frozen(Set.of(), /* norms= */ false);

        public Frozen {
            names = Set.copyOf(names);
        }

        boolean has(String name) {
            return names.contains(name);
        }
    }

    private static BindOptions of(
            boolean training, boolean gradients, boolean inputGradient, boolean keepAll) {
        return new BindOptions(
                training,
                gradients,
                inputGradient,
                keepAll,
                /* surrogates= */ false,
                /* widens= */ false,
                Long.MAX_VALUE,
                Frozen.NONE);
    }

    /** To train: gradients of parameters, memory reused as soon as it can be. */
    public static BindOptions train() {
        return of(true, true, false, false);
    }

    /** To infer: no gradients. */
    public static BindOptions infer() {
        return forward(/* training= */ false);
    }

    /** No gradients, with layers that train or infer. */
    public static BindOptions forward(boolean training) {
        return of(training, false, false, false);
    }

    /** To read gradients of parameters and of the input, memory reused as soon as it can be. */
    public static BindOptions gradients(boolean training) {
        return of(training, true, true, false);
    }

    /** To look at every value and gradient after a step, that of the input included. */
    public static BindOptions inspect(boolean training) {
        return of(training, true, true, true);
    }

    /** The same with surrogates in place of custom operations that declare one, or without. */
    public BindOptions surrogates(boolean value) {
        return with(value, widens, memoryLimit, frozen);
    }

    /** The same, computed in more digits than the device's precision has where that is faster. */
    public BindOptions widens(boolean value) {
        return with(surrogates, value, memoryLimit, frozen);
    }

    /** The same with at most this many bytes. */
    public BindOptions memoryLimit(long bytes) {
        return with(surrogates, widens, bytes, frozen);
    }

    /** The same with these parameters frozen. */
    public BindOptions frozen(Frozen value) {
        return with(surrogates, widens, memoryLimit, value);
    }

    private BindOptions with(
            boolean surrogatesRun, boolean widened, long bytes, Frozen parameters) {
        return new BindOptions(
                training,
                gradients,
                inputGradient,
                keepAll,
                surrogatesRun,
                widened,
                bytes,
                parameters);
    }
}
