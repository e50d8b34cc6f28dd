package io.retrograd.attribution;

import org.jspecify.annotations.Nullable;

/**
 * The channels of a layer's output, weighed by their positive gradients, each by a share of its
 * own.
 *
 * <pre>
 *   g = dz/da        α = g² / (2·g² + (Σ a)·g³)        weight = Σ α·max(0, g)
 * </pre>
 *
 * The sums go over the places of a channel; α is 0 where its denominator is. The paper's score is
 * {@code exp(z)}, which multiplies all weights by one number.
 *
 * <p>Source: A. Chattopadhyay et al., Grad-CAM++, WACV 2018.
 *
 * @param layer as of {@link GradCam}
 */
public record GradCamPlusPlus(@Nullable String layer) implements Method {
    /** Of the last convolution, with what follows it in the same size. */
    public GradCamPlusPlus() {
        this(null);
    }

    @Override
    public String name() {
        return "grad-cam++";
    }

    /** The map before it is enlarged. */
    public ActivationMap map(Attribution on, double[] x, int target) {
        return ActivationMap.of(on, name(), layer, x, target, GradCamPlusPlus::weight);
    }

    private static double weight(double[] a, double[] da) {
        double sum = Numbers.sum(a);
        double weight = 0;
        for (double g : da) {
            double denominator = 2 * g * g + sum * g * g * g;
            double alpha = denominator == 0 ? 0 : g * g / denominator;
            weight += alpha * Math.max(0, g);
        }
        return weight;
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        return map(on, x, target).enlarged(name(), target, on.sampleShape());
    }
}
