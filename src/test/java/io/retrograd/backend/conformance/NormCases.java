package io.retrograd.backend.conformance;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.InstanceNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.RmsNorm;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Normalisations and prelu, on memory of every order. */
final class NormCases {
    /** Less than a block of channels, one of them, and one and a half. */
    private static final List<Integer> CHANNELS = List.of(3, 8, 13);

    /** Rank 2 to 6, sizes odd and 1. */
    private static final List<Shape> SHAPES =
            List.of(
                    Shape.of(13, 24),
                    Shape.of(2, 1, 3),
                    Shape.of(3, 12, 7),
                    Shape.of(2, 24, 3, 7),
                    Shape.of(2, 6, 3, 1, 5),
                    Shape.of(1, 12, 1, 2, 3, 2));

    private NormCases() {}

    static Stream<Comparison> all() {
        Stream<Comparison> alone =
                SHAPES.stream().flatMap(s -> norms(s).stream().map(n -> Comparison.of(n, s)));
        Stream<Comparison> between = CHANNELS.stream().flatMap(NormCases::networks);
        return Stream.of(alone, between, oneSample(), largeMeans(), longSums())
                .flatMap(cases -> cases);
    }

    private static List<Layer> norms(Shape shape) {
        int channels = shape.dim(1);
        List<Layer> norms = new ArrayList<>(fewNorms(shape));
        norms.add(new GroupNorm(1));
        if (channels % 4 == 0) {
            norms.add(new GroupNorm(channels / 4).eps(1e-2));
        }
        for (int size : List.of(1, 2, 5, 40)) {
            norms.add(new LocalResponseNorm(size).alpha(0.7).k(1.5));
        }
        if (shape.rank() > 2) {
            norms.add(new InstanceNorm());
            norms.add(new InstanceNorm().affine(true));
        }
        norms.add(new RmsNorm(shape.tail(shape.rank() - 1), 1e-5));
        norms.add(new LocalResponseNorm(3).alpha(0.5).beta(1.3).k(2));
        norms.add(new LayerNorm(shape, 1e-2));
        norms.add(new LayerNorm(shape.tail(shape.rank() - 1), 1e-5));
        return norms;
    }

    private static List<Layer> fewNorms(Shape shape) {
        return List.of(
                new BatchNorm().momentum(0.3),
                new Sequential(new BatchNorm().eps(1e-2), new Relu()),
                new GroupNorm(shape.dim(1)).eps(1e-2),
                new LayerNorm(shape.tail(1), 1e-2),
                new RmsNorm(shape.tail(1), 1e-2),
                new LocalResponseNorm(3).alpha(0.7).k(1.5),
                new LocalResponseNorm(4).alpha(0.7).k(1.5),
                new Prelu(),
                new Prelu().perChannel(true));
    }

    private static Stream<Comparison> networks(int channels) {
        Stream<Comparison> line =
                fewNorms(Shape.of(3, channels, 5)).stream()
                        .map(norm -> new Sequential(new Conv1d(channels, 3), norm, new Tanh()))
                        .map(network -> Comparison.of(network, 3, 2, 7));
        Stream<Comparison> plane =
                fewNorms(Shape.of(3, channels, 3, 5)).stream()
                        .map(n -> new Sequential(new Conv2d(channels, 3), n, new Conv2d(3, 2)))
                        .map(network -> Comparison.of(network, 3, 2, 5, 7));
        Stream<Comparison> volume =
                fewNorms(Shape.of(2, channels, 2, 3, 2)).stream()
                        .map(norm -> new Sequential(new Conv3d(channels, 2), norm, new Tanh()))
                        .map(network -> Comparison.of(network, 2, 2, 3, 4, 3));
        return Stream.of(line, plane, volume).flatMap(cases -> cases);
    }

    /** oneDNN 3.11's backward is wrong here where dx lies over dy. */
    private static Stream<Comparison> oneSample() {
        Layer network = new Sequential(new Tanh(), new Prelu().perChannel(true), new Linear(3));
        return Stream.of(7, 12, 31).map(channels -> Comparison.of(network, 1, channels));
    }

    /**
     * Squares of values around 1000 lose all digits of a variance of 1/32; differences do not. The
     * mean itself is rounded by up to 2e-4 standard deviations, less than 8·eps·√n of this n.
     */
    private static Stream<Comparison> largeMeans() {
        int roundingOfTheMean = 100_000;
        double[] x = new double[2 * 4 * 6];
        Arrays.setAll(x, i -> 1000 + (i * 7 % 5 - 2) / 8.0);
        return Stream.of(new BatchNorm(), new GroupNorm(2), new LayerNorm(6))
                .map(norm -> Comparison.of(norm, 2, 4, 6).input(x).reduction(roundingOfTheMean))
                .map(it -> it.in(Comparison.Mode.TRAIN));
    }

    /** More than 4096 elements a channel, an odd number: what several blocks may share. */
    private static Stream<Comparison> longSums() {
        Shape shape = Shape.of(3, 2, 43, 47);
        return Stream.of(new BatchNorm(), new Prelu().perChannel(true), new GroupNorm(2))
                .map(norm -> Comparison.of(norm, shape));
    }
}
