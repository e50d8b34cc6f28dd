package io.retrograd.bind;

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
 */
public record BindOptions(
        boolean training,
        boolean gradients,
        boolean inputGradient,
        boolean keepAll,
        boolean surrogates,
        boolean widens,
        long memoryLimit) {

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
                training, gradients, inputGradient, keepAll, value, widens, memoryLimit);
    }

    /** The same, computed in more digits than the device's precision has where that is faster. */
    public BindOptions widens(boolean value) {
        return new BindOptions(
                training, gradients, inputGradient, keepAll, surrogates, value, memoryLimit);
    }

    /** The same with at most this many bytes. */
    public BindOptions memoryLimit(long bytes) {
        return new BindOptions(
                training, gradients, inputGradient, keepAll, surrogates, widens, bytes);
    }
}
