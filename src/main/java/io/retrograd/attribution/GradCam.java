package io.retrograd.attribution;

import org.jspecify.annotations.Nullable;

/**
 * The channels of a layer's output, weighed by the means of their gradients, {@code max(0, Σₖ
 * mean(dz/daₖ)·aₖ)}, enlarged to the sample. Where the network ends in means over all places and a
 * linear layer this is the class activation map, divided by the number of places.
 *
 * <p>Source: R. R. Selvaraju et al., Grad-CAM, ICCV 2017.
 *
 * @param layer the layer's path; null for the last whose output has the size of the last
 *     convolution's
 */
public record GradCam(@Nullable String layer) implements Method {
    /** Of the last convolution, with what follows it in the same size. */
    public GradCam() {
        this(null);
    }

    @Override
    public String name() {
        return "grad-cam";
    }

    /** The map before it is enlarged. */
    public ActivationMap map(Attribution on, double[] x, int target) {
        return ActivationMap.of(
                on, name(), layer, x, target, (a, da) -> Numbers.sum(da) / da.length);
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        return map(on, x, target).enlarged(name(), target, on.sampleShape());
    }
}
