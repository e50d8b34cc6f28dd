package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Group normalisation, {@code y = w·(x − mean)/√(var + eps) + b}, mean and variance over each group
 * of neighbouring channels of each sample.
 *
 * <pre>
 *   x, y (N, C, ...)    weight, bias (C)
 * </pre>
 *
 * One group normalises a whole sample; C groups are {@link InstanceNorm}.
 *
 * <p>Source: Y. Wu, K. He, Group normalization, ECCV 2018.
 *
 * @param groups at least 1, divides C
 * @param eps added to the variance, above 0
 */
public record GroupNorm(int groups, double eps) implements Layer {
    public GroupNorm {
        Normalizations.GroupNorm.check("GroupNorm", groups, eps);
    }

    /** With eps 1e-5. */
    public GroupNorm(int groups) {
        this(groups, 1e-5);
    }

    /** The same with another eps. */
    public GroupNorm eps(double value) {
        return new GroupNorm(groups, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Normalizations.GroupNorm.outputShape(kind(), input, groups);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Shape channels = Shape.of(outputShape(x.shape()).dim(1));
        Tensor w = binder.parameter("weight", channels, Initializer.constant(1));
        Tensor b = binder.parameter("bias", channels, Initializer.constant(0));
        return binder.record(to -> new Normalizations.GroupNorm(kind(), groups, eps, x, w, b, to))
                .y();
    }
}
