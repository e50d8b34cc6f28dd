package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.BatchNormSpec;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Batch normalisation, {@code y = w·(x − mean)/√(var + eps) + b}, for any number of spatial
 * dimensions: PyTorch's BatchNorm1d, 2d and 3d.
 *
 * <pre>
 *   x, y (N, C, ...)    weight, bias (C)    running_mean, running_var (C)
 *
 *   training    mean, var of the batch, over all but C; running ← (1 − m)·running + m·batch
 *   inference   the running ones
 * </pre>
 *
 * The variance that normalises divides by the number of values M, the running one by M − 1.
 *
 * <p>Source: S. Ioffe, C. Szegedy, Batch normalization, ICML 2015.
 *
 * @param eps added to the variance, above 0
 * @param momentum m, weight of the new batch in the running statistics, from 0 to 1
 */
public record BatchNorm(double eps, double momentum) implements Layer {
    public BatchNorm {
        new BatchNormSpec(eps, momentum);
    }

    /** With eps 1e-5 and momentum 0.1. */
    public BatchNorm() {
        this(1e-5, 0.1);
    }

    /** The same with another eps. */
    public BatchNorm eps(double value) {
        return new BatchNorm(value, momentum);
    }

    /** The same with another momentum. */
    public BatchNorm momentum(double value) {
        return new BatchNorm(eps, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.channels("BatchNorm", input);
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Shape channels = Shape.of(Checks.channels("BatchNorm", x.shape()));
        Tensor w = binder.parameter("weight", channels, Initializer.constant(1));
        Tensor b = binder.parameter("bias", channels, Initializer.constant(0));
        Tensor mean = binder.state("running_mean", channels, 0);
        Tensor var = binder.state("running_var", channels, 1);
        return binder.record(
                        to ->
                                new Normalizations.BatchNorm(
                                        new BatchNormSpec(eps, momentum),
                                        binder.followsBatches("weight"),
                                        x,
                                        w,
                                        b,
                                        mean,
                                        var,
                                        to))
                .y();
    }
}
