package io.retrograd.gradcheck;

import io.retrograd.gradcheck.LayerCatalogue.Entry;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Softplus;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CosineEmbeddingLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.CtcLoss;
import io.retrograd.loss.CustomLoss;
import io.retrograd.loss.DiceLoss;
import io.retrograd.loss.FocalLoss;
import io.retrograd.loss.GaussianNllLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.NllLoss;
import io.retrograd.loss.PoissonNllLoss;
import io.retrograd.loss.SlicedLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.loss.TripletMarginLoss;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The losses among the {@link LayerCatalogue}. */
final class LossCatalogue {
    private LossCatalogue() {}

    static List<Entry> entries() {
        CrossEntropy entropy = new CrossEntropy();
        return List.of(
                loss("cross-entropy", entropy, 5, 4),
                loss("cross-entropy-smoothed", entropy.labelSmoothing(0.2), 5, 4),
                loss(
                        "cross-entropy-weighted",
                        entropy.classWeights(List.of(0.5, 2.0, 1.25, 3.0)).labelSmoothing(0.1),
                        5,
                        4),
                loss("cross-entropy-sum", entropy.reduction(Reduction.SUM), 5, 4),
                loss(
                        "cross-entropy-positions",
                        entropy.ignoreIndex(1)
                                .classWeights(List.of(0.5, 2.0, 1.25, 3.0))
                                .labelSmoothing(0.1),
                        3,
                        4,
                        2,
                        3),
                loss("cross-entropy-of-probabilities", entropy.ofProbabilities(), 2, 4, 2, 3),
                loss("nll-loss", new NllLoss(), 5, 4),
                loss("ctc-loss", new CtcLoss(3).blank(1), 8, 3, 5),
                loss("custom-loss", new CustomLoss(new LogCosh()), 3, 5),
                loss("mse-loss", new MseLoss(), 3, 5),
                loss("l1-loss", new L1Loss(), 3, 5),
                loss("smooth-l1-loss", new SmoothL1Loss(1.5), 3, 5),
                loss("huber-loss", new HuberLoss(1.5), 3, 5),
                loss("huber-loss-sum", new HuberLoss(0.7).reduction(Reduction.SUM), 3, 5),
                loss("bce-with-logits-loss", new BceWithLogitsLoss(), 3, 5),
                loss(
                        "bce-with-logits-loss-positive",
                        new BceWithLogitsLoss().positiveWeights(List.of(0.5, 3.0)).weighted(),
                        3,
                        2,
                        5),
                loss("kl-div-loss", new KlDivLoss(), 3, 5),
                loss("focal-loss", new FocalLoss(), 3, 5),
                loss("focal-loss-no-alpha", new FocalLoss().alpha(-1).gamma(1.5), 3, 5),
                loss("poisson-nll-loss", new PoissonNllLoss().full(true), 3, 5),
                loss(
                        "poisson-nll-loss-of-means",
                        new Softplus(),
                        new PoissonNllLoss().logInput(false).eps(0.25),
                        3,
                        5),
                loss("dice-loss", new DiceLoss(), 2, 4, 3, 2),
                loss("dice-loss-ignored", new DiceLoss().ignoreIndex(1).smooth(0.25), 2, 4, 3, 2),
                loss("dice-loss-of-probabilities", new DiceLoss().ofProbabilities(), 2, 4, 3),
                loss(
                        "dice-loss-sigmoid",
                        new DiceLoss().sigmoid().reduction(Reduction.SUM),
                        2,
                        3,
                        5),
                loss(
                        "gaussian-nll-loss",
                        new Softplus(),
                        new SlicedLoss(new GaussianNllLoss().full(true), -1),
                        3,
                        10),
                loss(
                        "triplet-margin-loss",
                        new SlicedLoss(new TripletMarginLoss().margin(5), 0),
                        9,
                        5),
                loss(
                        "triplet-margin-loss-swap",
                        new SlicedLoss(new TripletMarginLoss().swap(true).norm(3).margin(2), 1),
                        4,
                        15),
                loss("cosine-embedding-loss", new SlicedLoss(new CosineEmbeddingLoss(), 0), 8, 5),
                loss(
                        "cosine-embedding-loss-margin",
                        new SlicedLoss(new CosineEmbeddingLoss(-0.5, Reduction.SUM), 0),
                        8,
                        5));
    }

    /** A loss of a user's own: {@code Σ log cosh(y − t)}. */
    private record LogCosh() implements CustomLoss.Function {
        @Override
        public String name() {
            return "LogCosh";
        }

        @Override
        public Shape targetShape(Shape output) {
            return output;
        }

        @Override
        public double loss(Shape shape, double[] y, double[] target) {
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += Math.log(Math.cosh(y[i] - target[i]));
            }
            return sum;
        }

        @Override
        public void gradient(Shape shape, double[] y, double[] target, double[] dy) {
            Arrays.setAll(dy, i -> Math.tanh(y[i] - target[i]));
        }
    }

    private static Entry loss(String name, JointLoss loss, int... output) {
        return new Entry(name, Optional.empty(), Optional.of(loss), Shape.of(output), false);
    }

    /** A loss of what a layer gives, such as numbers above 0. */
    private static Entry loss(String name, Layer layer, JointLoss loss, int... input) {
        return new Entry(name, Optional.of(layer), Optional.of(loss), Shape.of(input), false);
    }
}
