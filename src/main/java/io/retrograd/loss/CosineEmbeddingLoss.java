package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CosineEmbeddingSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cosine of two outputs, embeddings (..., E), with targets (...): {@code l = 1 − cos} for pairs
 * that belong together, target 1, and {@code l = max(0, cos − margin)} for others, target −1. The
 * whole formula stands at {@link CosineEmbeddingSpec}.
 *
 * @param margin from −1 to 1
 * @param reduction mean or sum over the pairs
 */
public record CosineEmbeddingLoss(double margin, Reduction reduction) implements JointLoss {
    public CosineEmbeddingLoss {
        new CosineEmbeddingSpec(margin, reduction);
    }

    /** The mean over the pairs, with margin 0. */
    public CosineEmbeddingLoss() {
        this(0, Reduction.MEAN);
    }

    /** The same with another margin. */
    public CosineEmbeddingLoss margin(double other) {
        return new CosineEmbeddingLoss(other, reduction);
    }

    /** The same with another reduction. */
    public CosineEmbeddingLoss reduction(Reduction other) {
        return new CosineEmbeddingLoss(margin, other);
    }

    @Override
    public int outputs() {
        return 2;
    }

    @Override
    public Tensor target(Binder binder, List<Shape> outputs) {
        return binder.target(Losses.CosineEmbedding.targetShape(outputs.get(0), outputs.get(1)));
    }

    @Override
    public Tensor bind(Binder binder, List<Tensor> outputs, @Nullable Tensor target) {
        CosineEmbeddingSpec spec = new CosineEmbeddingSpec(margin, reduction);
        Tensor t = Objects.requireNonNull(target);
        return binder.record(
                        to ->
                                new Losses.CosineEmbedding(
                                        spec, outputs.get(0), outputs.get(1), t, to))
                .y();
    }
}
