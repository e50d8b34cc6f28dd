package io.retrograd.loss;

import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PointwiseLossSpec.Kind;
import io.retrograd.operation.Reduction;

/**
 * Binary cross-entropy of logits that gives less weight to what is classified well, {@code l =
 * α′·(1 − p)ᵞ·(−log p)} with p the probability of the target: {@code p = σ(x), α′ = α} for t = 1,
 * {@code p = 1 − σ(x), α′ = 1 − α} for t = 0. {@link Kind#FOCAL} has the formula for t in between.
 *
 * <p>Source: T.-Y. Lin et al., Focal loss for dense object detection, ICCV 2017; settings are those
 * of torchvision's {@code sigmoid_focal_loss}.
 *
 * @param alpha the weight of positive elements, in [0, 1]; −1 for no weights
 * @param gamma how fast the weight falls, at least 0
 * @param reduction mean or sum over the elements
 */
public record FocalLoss(double alpha, double gamma, Reduction reduction) implements PointwiseLoss {
    public FocalLoss {
        spec(alpha, gamma, reduction);
    }

    /** The mean over all elements, with α 0.25 and γ 2. */
    public FocalLoss() {
        this(0.25, 2, Reduction.MEAN);
    }

    /** The same with another weight of positive elements. */
    public FocalLoss alpha(double other) {
        return new FocalLoss(other, gamma, reduction);
    }

    /** The same with another exponent. */
    public FocalLoss gamma(double other) {
        return new FocalLoss(alpha, other, reduction);
    }

    @Override
    public FocalLoss reduction(Reduction other) {
        return new FocalLoss(alpha, gamma, other);
    }

    @Override
    public PointwiseLossSpec spec() {
        return spec(alpha, gamma, reduction);
    }

    private static PointwiseLossSpec spec(double alpha, double gamma, Reduction reduction) {
        return new PointwiseLossSpec(Kind.FOCAL, gamma, alpha, reduction);
    }
}
