package io.retrograd.attribution;

/**
 * The gradient with another backward of ReLU: {@code dx = dy} where both x and dy are above 0, else
 * 0. What it shows depends little on the weights behind the first layers: {@link SanityCheck}.
 *
 * <p>Source: J. T. Springenberg et al., Striving for simplicity: the all convolutional net, ICLR
 * workshop 2015.
 */
public record GuidedBackprop() implements Method {
    @Override
    public String name() {
        return "guided-backprop";
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        return OtherRelu.GUIDED.explain(on, name(), x, target);
    }
}
