package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Layer normalisation, {@code y = w·(x − mean)/√(var + eps) + b}, mean and variance over the last
 * dimensions.
 *
 * <pre>
 *   x, y (..., normalized...)    weight, bias (normalized...)
 * </pre>
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, Layer normalization, 2016.
 *
 * @param normalized the input's last sizes, at least one
 * @param eps added to the variance, above 0
 */
public record LayerNorm(Shape normalized, double eps) implements Layer {
    public LayerNorm {
        Normalizations.LayerNorm.check("LayerNorm", eps, normalized);
    }

    /** With eps 1e-5. */
    public LayerNorm(int... normalized) {
        this(Shape.of(normalized), 1e-5);
    }

    /** The same with another eps. */
    public LayerNorm eps(double value) {
        return new LayerNorm(normalized, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Normalizations.LayerNorm.outputShape(kind(), input, normalized);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        Tensor w = binder.parameter("weight", normalized, Initializer.constant(1));
        Tensor b = binder.parameter("bias", normalized, Initializer.constant(0));
        return binder.record(to -> new Normalizations.LayerNorm(eps, x, w, b, to)).y();
    }
}
