package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.LocalResponseNormSpec;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Local response normalisation, {@code y = x / (k + alpha/size · Σ x²)^beta}, the sum over {@code
 * size} neighbouring channels. x and y are (N, C, ...).
 *
 * <p>Source: A. Krizhevsky, I. Sutskever, G. E. Hinton, ImageNet classification with deep
 * convolutional neural networks, NIPS 2012, section 3.3; alpha/size as in PyTorch.
 *
 * @param size number of channels in the window, at least 1
 */
public record LocalResponseNorm(int size, double alpha, double beta, double k) implements Layer {
    public LocalResponseNorm {
        new LocalResponseNormSpec(size, alpha, beta, k);
    }

    /** With alpha 1e-4, beta 0.75 and k 1. */
    public LocalResponseNorm(int size) {
        this(size, 1e-4, 0.75, 1);
    }

    /** The same with another alpha. */
    public LocalResponseNorm alpha(double value) {
        return new LocalResponseNorm(size, value, beta, k);
    }

    /** The same with another beta. */
    public LocalResponseNorm beta(double value) {
        return new LocalResponseNorm(size, alpha, value, k);
    }

    /** The same with another k. */
    public LocalResponseNorm k(double value) {
        return new LocalResponseNorm(size, alpha, beta, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.channels("LocalResponseNorm", input);
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(
                        to ->
                                new Normalizations.LocalResponseNorm(
                                        new LocalResponseNormSpec(size, alpha, beta, k), x, to))
                .y();
    }
}
