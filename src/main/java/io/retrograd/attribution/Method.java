package io.retrograd.attribution;

/**
 * A way to say what an output depends on: a value for each number of the input, or for each pixel.
 * Immutable; {@link Methods} has all by name.
 */
public sealed interface Method
        permits Saliency,
                SmoothGrad,
                GuidedBackprop,
                Deconvnet,
                InputXGradient,
                IntegratedGradients,
                GradCam,
                GradCamPlusPlus,
                Occlusion,
                LayerWiseRelevance {
    /** The name on the command line and in messages, as in {@code grad-cam}. */
    String name();

    /**
     * Explains one output for one sample, as {@link Attribution#explain} does, which checks both
     * first.
     *
     * @param on the model that is explained
     * @param x the sample, row-major. Not modified.
     * @param target the output, from 0
     * @throws IllegalArgumentException if the network has a layer that the method cannot handle;
     *     the message names it
     */
    Explanation explain(Attribution on, double[] x, int target);

    /** Whether it takes every network of numbers; others refuse layers that they cannot handle. */
    default boolean takesAll() {
        return false;
    }
}
