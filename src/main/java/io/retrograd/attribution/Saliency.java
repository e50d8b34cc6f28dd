package io.retrograd.attribution;

/**
 * The magnitude of the gradient, {@code |dz/dx|}: how much the output answers to each number of the
 * input. A pixel's is the largest over its channels.
 *
 * <p>Source: K. Simonyan, A. Vedaldi, A. Zisserman, Deep inside convolutional networks, ICLR
 * workshop 2014.
 */
public record Saliency() implements Method {
    @Override
    public String name() {
        return "saliency";
    }

    @Override
    public boolean takesAll() {
        return true;
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        return new Explanation(
                name(),
                target,
                on.sampleShape(),
                Numbers.magnitudes(on.gradient(x, target)),
                Explanation.Pixel.LARGEST);
    }
}
