package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;

/**
 * Instance normalisation, {@code y = w·(x − mean)/√(var + eps) + b}, mean and variance over the
 * positions of each channel of each sample.
 *
 * <pre>
 *   x, y (N, C, spatial...)    weight, bias (C)
 * </pre>
 *
 * As in PyTorch there are no weight and bias unless they are asked for, and no running statistics.
 *
 * <p>Source: D. Ulyanov et al., Instance normalization: the missing ingredient for fast
 * stylization, 2016.
 *
 * @param eps added to the variance, above 0
 * @param affine whether weight and bias are trained; else they are 1 and 0
 */
public record InstanceNorm(double eps, boolean affine) implements Layer {
    private static final String NAME = "InstanceNorm";

    public InstanceNorm {
        Normalizations.GroupNorm.check(NAME, /* groups= */ 1, eps);
    }

    /** With eps 1e-5, without weight and bias. */
    public InstanceNorm() {
        this(1e-5, /* affine= */ false);
    }

    /** The same with another eps. */
    public InstanceNorm eps(double value) {
        return new InstanceNorm(value, affine);
    }

    /** The same with weight and bias, or without. */
    public InstanceNorm affine(boolean value) {
        return new InstanceNorm(eps, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 3 || input.tail(2).size() == 1) {
            throw new IllegalArgumentException(
                    NAME
                            + ": expected input (N, C, spatial...) of more than 1 position, got "
                            + input);
        }
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        int channels = outputShape(x.shape()).dim(1);
        Tensor w = vector(binder, "weight", channels, 1);
        Tensor b = vector(binder, "bias", channels, 0);
        return binder.record(to -> new Normalizations.GroupNorm(NAME, channels, eps, x, w, b, to))
                .y();
    }

    private Tensor vector(Binder binder, String name, int channels, double value) {
        Shape shape = Shape.of(channels);
        if (affine) {
            return binder.parameter(name, shape, Initializer.constant(value));
        }
        double[] values = new double[channels];
        Arrays.fill(values, value);
        return binder.constant(name, shape, values);
    }
}
