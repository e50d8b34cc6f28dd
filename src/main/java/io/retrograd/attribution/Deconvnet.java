package io.retrograd.attribution;

/**
 * The gradient with another backward of ReLU: {@code dx = max(0, dy)}, as in a network that is run
 * in reverse. What it shows depends little on the weights behind the first layers: {@link
 * SanityCheck}.
 *
 * <p>Source: M. D. Zeiler, R. Fergus, Visualizing and understanding convolutional networks, ECCV
 * 2014.
 */
public record Deconvnet() implements Method {
    @Override
    public String name() {
        return "deconvnet";
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        return OtherRelu.DECONVNET.explain(on, name(), x, target);
    }
}
