package io.retrograd.backend.conformance;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softplus;
import io.retrograd.loss.CosineEmbeddingLoss;
import io.retrograd.loss.DiceLoss;
import io.retrograd.loss.GaussianNllLoss;
import io.retrograd.loss.SlicedLoss;
import io.retrograd.loss.TripletMarginLoss;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** Losses of regions, of embeddings, and of means with variances. */
final class LossCases {
    private static final Sequential IN = new Sequential();

    private LossCases() {}

    static Stream<Comparison> all() {
        return Stream.of(gaussian(), triplets(), pairs(), regions()).flatMap(cases -> cases);
    }

    private static Stream<Comparison> gaussian() {
        GaussianNllLoss loss = new GaussianNllLoss();
        SlicedLoss sides = new SlicedLoss(loss, 1);
        SlicedLoss full = new SlicedLoss(loss.full(true).reduction(Reduction.SUM), -1);
        return Stream.of(
                Comparison.of(new Softplus(), 13, 14).loss(sides, values(91)),
                Comparison.of(new Softplus(), 2, 3, 5, 34).loss(full, values(510)),
                // variances at eps, below it and far above
                Comparison.of(IN, 2, 4)
                        .input(1, -2, 0.25, 0, 0, 1000, 0.5, 1e-9)
                        .loss(new SlicedLoss(loss.eps(0.25), 0), 0.5, -2, 3, 0));
    }

    private static Stream<Comparison> triplets() {
        TripletMarginLoss loss = new TripletMarginLoss();
        return Stream.of(
                Comparison.of(IN, 9, 5).loss(new SlicedLoss(loss, 0)),
                Comparison.of(IN, 4, 2, 99)
                        .loss(new SlicedLoss(loss.swap(true).reduction(Reduction.SUM), -1)),
                Comparison.of(IN, 15, 7).loss(new SlicedLoss(loss.norm(1).swap(true), 0)),
                Comparison.of(IN, 15, 7).loss(new SlicedLoss(loss.norm(3.5).margin(4), 0)),
                Comparison.of(IN, 3).loss(new SlicedLoss(loss.eps(0.5), 0)),
                // equal embeddings without eps, and two equal distances
                Comparison.of(IN, 3, 2)
                        .input(1, 2, 1, 2, 1, 2)
                        .loss(new SlicedLoss(loss.eps(0).swap(true), 0)));
    }

    private static Stream<Comparison> pairs() {
        CosineEmbeddingLoss loss = new CosineEmbeddingLoss();
        double[] sides = {1, -1, 1, -1, -1, 1, 0};
        return Stream.of(
                Comparison.of(IN, 14, 5).loss(new SlicedLoss(loss, 0), sides),
                Comparison.of(IN, 7, 70)
                        .loss(new SlicedLoss(loss.margin(-0.5).reduction(Reduction.SUM), 1), sides),
                // zeros, opposite and equal ones
                Comparison.of(IN, 3, 4)
                        .input(0, 0, 0, 0, 1, -2, -1, 2, 3, 4, 3, 4)
                        .loss(new SlicedLoss(loss, 1), 1, -1, -1));
    }

    private static Stream<Comparison> regions() {
        DiceLoss loss = new DiceLoss();
        Comparison behindLayer =
                Comparison.of(new Conv2d(13, 3), 2, 3, 5, 7)
                        .loss(loss, labels(Shape.of(2, 13, 3, 5)));
        Stream<Comparison> shapes =
                Stream.of(
                                Shape.of(3, 4, 5),
                                Shape.of(2, 4, 3, 33),
                                Shape.of(1, 4, 300),
                                Shape.of(5, 4))
                        .flatMap(
                                s ->
                                        Stream.of(
                                                Comparison.of(IN, s).loss(loss, labels(s)),
                                                Comparison.of(IN, s)
                                                        .loss(
                                                                loss.ignoreIndex(3).smooth(0.25),
                                                                labels(s)),
                                                Comparison.of(IN, s)
                                                        .loss(
                                                                loss.ofProbabilities(),
                                                                values(s.size())),
                                                Comparison.of(IN, s)
                                                        .loss(
                                                                loss.sigmoid()
                                                                        .reduction(Reduction.SUM),
                                                                values(s.size()))));
        return Stream.concat(
                shapes,
                Stream.of(
                        behindLayer,
                        Comparison.of(IN, 1, 2, 3)
                                .input(100, -100, 0, -100, 100, 3)
                                .loss(loss, 0, 1, 1),
                        Comparison.of(IN, 1, 1, 4)
                                .input(100, -100, 0, 3)
                                .loss(loss.sigmoid(), 1, 0, 1, 0.25)));
    }

    private static double[] labels(Shape logits) {
        double[] labels = new double[(int) logits.size() / logits.dim(1)];
        Arrays.setAll(labels, i -> 3 * i % logits.dim(1));
        return labels;
    }

    private static double[] values(long size) {
        return new Random(6).doubles(size, 0, 1).map(value -> (float) value).toArray();
    }
}
