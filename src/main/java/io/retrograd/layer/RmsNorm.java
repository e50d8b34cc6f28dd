package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Root mean square normalisation, {@code y = w·x/√(mean(x²) + eps)}, the mean over the last
 * dimensions.
 *
 * <pre>
 *   x, y (..., normalized...)    weight (normalized...)
 * </pre>
 *
 * Source: B. Zhang, R. Sennrich, Root mean square layer normalization, NeurIPS 2019.
 *
 * @param normalized the input's last sizes, at least one
 * @param eps added to the mean, above 0
 */
public record RmsNorm(Shape normalized, double eps) implements Layer {
    private static final String NAME = "RmsNorm";

    public RmsNorm {
        Normalizations.LayerNorm.check(NAME, eps, normalized);
    }

    /** With the distance from 1 to the next float32 as eps, about 1.2e-7. */
    public RmsNorm(int... normalized) {
        this(Shape.of(normalized), Math.ulp(1f));
    }

    /** The same with another eps. */
    public RmsNorm eps(double value) {
        return new RmsNorm(normalized, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Normalizations.LayerNorm.outputShape(NAME, input, normalized);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        Tensor w = binder.parameter("weight", normalized, Initializer.constant(1));
        return binder.record(to -> new Normalizations.RmsNorm(eps, x, w, to)).y();
    }
}
