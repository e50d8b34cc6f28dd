package io.retrograd.attribution;

/**
 * The sample times the gradient, {@code x·dz/dx}: shares of the output of a piecewise linear
 * network without biases.
 *
 * <p>Source: A. Shrikumar et al., Not just a black box, 2016.
 */
public record InputXGradient() implements Method {
    @Override
    public String name() {
        return "input-x-gradient";
    }

    @Override
    public boolean takesAll() {
        return true;
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        double[] values = Numbers.product(x, on.gradient(x, target));
        return new Explanation(name(), target, on.sampleShape(), values, Explanation.Pixel.SUM);
    }
}
