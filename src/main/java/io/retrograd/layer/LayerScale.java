package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A trained factor for each channel, {@code y[n, c, …] = weight[c]·x[n, c, …]}.
 *
 * <pre>
 *   x, y (N, C, ...)    weight (1, C, 1, ...)
 * </pre>
 *
 * Source: H. Touvron et al., Going deeper with image transformers, ICCV 2021.
 *
 * @param initial the first value of all factors
 */
public record LayerScale(double initial) implements Layer {
    private static final String NAME = "LayerScale";

    public LayerScale {
        Checks.finite(NAME, "initial", initial);
    }

    /** With 1e-5 at first. */
    public LayerScale() {
        this(1e-5);
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.channels(NAME, input);
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        int channels = Checks.channels(NAME, x.shape());
        Shape over = Shape.of(x.shape().dims().stream().map(size -> 1).toList()).with(1, channels);
        Tensor w = binder.parameter("weight", over, Initializer.constant(initial));
        return binder.record(to -> new Elementwise.Binary(NAME, Binary.Kind.MUL, x, w, to)).y();
    }
}
