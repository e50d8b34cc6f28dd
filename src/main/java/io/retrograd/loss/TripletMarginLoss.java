package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.operation.TripletMarginSpec;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Triplet loss of three outputs, the embeddings of an anchor, a positive and a negative sample, all
 * (..., E): {@code l = max(0, margin + d(a, p) − d(a, n))}, without targets. The whole formula
 * stands at {@link TripletMarginSpec}.
 */
public record TripletMarginLoss(TripletMarginSpec spec) implements JointLoss {
    /** The mean over the rows, margin 1, Euclidean distance with ε 1e-6, no swap. */
    public TripletMarginLoss() {
        this(new TripletMarginSpec(1, 2, 1e-6, /* swap= */ false, Reduction.MEAN));
    }

    /** The same with another margin. */
    public TripletMarginLoss margin(double margin) {
        return with(margin, spec.norm(), spec.eps(), spec.swap(), spec.reduction());
    }

    /** The same with another norm: 1 for the sum of differences, 2 for Euclid's. */
    public TripletMarginLoss norm(double norm) {
        return with(spec.margin(), norm, spec.eps(), spec.swap(), spec.reduction());
    }

    /** The same with another number that is added to each difference. */
    public TripletMarginLoss eps(double eps) {
        return with(spec.margin(), spec.norm(), eps, spec.swap(), spec.reduction());
    }

    /** The same with the positive's distance from the negative where that is the smaller one. */
    public TripletMarginLoss swap(boolean swap) {
        return with(spec.margin(), spec.norm(), spec.eps(), swap, spec.reduction());
    }

    /** The same with another reduction. */
    public TripletMarginLoss reduction(Reduction other) {
        return with(spec.margin(), spec.norm(), spec.eps(), spec.swap(), other);
    }

    private static TripletMarginLoss with(
            double margin, double norm, double eps, boolean swap, Reduction reduction) {
        return new TripletMarginLoss(new TripletMarginSpec(margin, norm, eps, swap, reduction));
    }

    @Override
    public int outputs() {
        return 3;
    }

    @Override
    public @Nullable Tensor target(Binder binder, List<Shape> outputs) {
        return null;
    }

    @Override
    public Tensor bind(Binder binder, List<Tensor> outputs, @Nullable Tensor target) {
        return binder.record(
                        to ->
                                new Losses.TripletMargin(
                                        spec, outputs.get(0), outputs.get(1), outputs.get(2), to))
                .y();
    }
}
