package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.GaussianNllSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Negative log-likelihood of normally distributed targets t, of two outputs: means x and variances
 * v, {@code l = ½·(log v + (x − t)² / v)}. Variances have the shape of the means, or are one for
 * each row of the last dimension; make them positive, as by a {@code Softplus}. The whole formula
 * stands at {@link GaussianNllSpec}.
 *
 * @param full whether {@code ½·log 2π} is added
 * @param eps the least variance, above 0
 * @param reduction mean or sum over the elements
 */
public record GaussianNllLoss(boolean full, double eps, Reduction reduction) implements JointLoss {
    public GaussianNllLoss {
        new GaussianNllSpec(full, eps, reduction);
    }

    /** The mean over all elements, without the constant, with a least variance of 1e-6. */
    public GaussianNllLoss() {
        this(/* full= */ false, 1e-6, Reduction.MEAN);
    }

    /** The same with the constant term, or without. */
    public GaussianNllLoss full(boolean value) {
        return new GaussianNllLoss(value, eps, reduction);
    }

    /** The same with another least variance. */
    public GaussianNllLoss eps(double value) {
        return new GaussianNllLoss(full, value, reduction);
    }

    /** The same with another reduction. */
    public GaussianNllLoss reduction(Reduction other) {
        return new GaussianNllLoss(full, eps, other);
    }

    @Override
    public int outputs() {
        return 2;
    }

    @Override
    public Tensor target(Binder binder, List<Shape> outputs) {
        GaussianNllSpec.group(outputs.get(0), outputs.get(1));
        return binder.target(outputs.get(0));
    }

    @Override
    public Tensor bind(Binder binder, List<Tensor> outputs, @Nullable Tensor target) {
        GaussianNllSpec spec = new GaussianNllSpec(full, eps, reduction);
        Tensor t = Objects.requireNonNull(target);
        return binder.record(
                        to -> new Losses.GaussianNll(spec, outputs.get(0), outputs.get(1), t, to))
                .y();
    }
}
