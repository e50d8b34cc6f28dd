package io.retrograd.backend.conformance;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Interpolate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Pad;
import io.retrograd.layer.Permute;
import io.retrograd.layer.PixelShuffle;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sum;
import io.retrograd.layer.Transpose;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.PadSpec.Mode;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Operations that move elements or add them up, alone and after convolutions. */
final class MoveCases {
    private MoveCases() {}

    static Stream<Comparison> all() {
        return Stream.of(
                        transposes(), joins(), joinedDimensions(), additions(), samplings(), sums())
                .flatMap(cases -> cases);
    }

    private static Stream<Comparison> transposes() {
        return Stream.of(
                of(new Transpose(0, 1), 3, 5),
                of(new Transpose(1, 1), 3, 5, 2),
                of(new Transpose(1, -1), 3, 5, 2, 7),
                of(new Transpose(0, 2), 3, 1, 13, 7),
                of(in(new Conv1d(8, 3), new Transpose(1, 2)), 3, 2, 9),
                of(in(new Conv2d(13, 3), new Transpose(1, 3)), 3, 2, 5, 7),
                of(in(new Conv2d(16, 3), new Transpose(0, 1), new Relu()), 3, 2, 5, 7),
                of(in(new Conv2d(17, 1), new Transpose(2, 3), new Flatten()), 2, 3, 5, 7),
                of(in(new Transpose(1, 2), new Conv2d(8, 3)), 2, 5, 3, 7),
                of(in(new Conv3d(8, 1), new Transpose(1, 4)), 2, 3, 2, 5, 3));
    }

    /** Alone and after a convolution, whose output may lie in another order. */
    private static Stream<Comparison> samplings() {
        Stream<Comparison> exact =
                Stream.of(
                                new Permute(0, 2, 3, 1),
                                new Permute(3, 1, 0, 2),
                                new PixelShuffle(2),
                                new Narrow(1, 3, 4),
                                new Narrow(0, -1, 1),
                                new Narrow(-1, 2, 5),
                                new Pad(1, 2),
                                new Pad(-2, 1, 3, 0, 1, 1).value(2),
                                new Pad(3, 6, 4, 1).mode(Mode.REFLECT),
                                new Pad(9, -1, 0, 7).mode(Mode.REPLICATE),
                                Interpolate.by(2, 3),
                                Interpolate.to(3, 11))
                        .flatMap(layer -> Stream.of(8, 16).flatMap(c -> placed(layer, c)));
        Stream<Comparison> fractions =
                Stream.of(
                                Interpolate.by(2, 2).linear(),
                                Interpolate.to(3, 11).linear(),
                                Interpolate.to(9, 1).linear(true))
                        .flatMap(layer -> placed(layer, 8))
                        .map(it -> it.reduction(16));
        return Stream.of(exact.map(Comparison::exact), fractions, reshapes())
                .flatMap(cases -> cases);
    }

    private static Stream<Comparison> reshapes() {
        return placed(new Reshape(5, 7, 8), 8).map(Comparison::exact);
    }

    private static Stream<Comparison> placed(Layer layer, int channels) {
        return Stream.of(
                Comparison.of(layer, 2, channels, 5, 7),
                Comparison.of(in(new Conv2d(channels, 1), layer, new Relu()), 2, 3, 5, 7));
    }

    private static Stream<Comparison> sums() {
        return Stream.of(
                        new Sum(1),
                        new Sum(0, -1),
                        new Sum(2, 3),
                        new Sum(0, 1, 2, 3),
                        new Scale(-2))
                .flatMap(layer -> placed(layer, 8))
                .map(Comparison::exact);
    }

    private static Stream<Comparison> joins() {
        Layer cube = new Conv3d(1, 1);
        return Stream.of(
                of(new Concat(in()), 3, 5),
                of(new Concat(in(), new Relu(), in()), 3, 5),
                of(new Concat(new Conv2d(5, 1), in()), 3, 2, 5, 7),
                of(inception(8, 16, 24), 2, 3, 7, 5),
                of(inception(7, 1, 13), 2, 3, 7, 5),
                of(in(inception(16, 8), new Conv2d(5, 3)), 2, 16, 7, 5),
                of(in(new Conv2d(8, 1), new Residual(new Relu())), 2, 3, 7, 5),
                of(in(new Conv2d(8, 1), new Residual(new Conv2d(8, 1)), new Relu()), 2, 3, 7, 5),
                // channels first and channels last, which are the same for 1 channel
                of(in(cube, new Concat(cube, in()), new Relu()), 2, 1, 4, 4, 2));
    }

    /** Branches with these numbers of channels, and a pooled one that has the input's layout. */
    private static Layer inception(int... channels) {
        List<Layer> branches = new ArrayList<>();
        for (int c : channels) {
            branches.add(in(new Conv2d(c, 3).padding(1), new Relu()));
        }
        branches.add(new MaxPool2d(3).stride(1).padding(1));
        return new Concat(branches);
    }

    /** Three inputs, two of them convolved, joined along any dimension. */
    private record Joined(int dim, int channels) implements Layer {
        @Override
        public Shape outputShape(Shape x) {
            return x.with(dim, 3 * x.dim(dim));
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            return binder.record(
                            to -> Arrangements.Concat.of(dim, branches(binder, x, channels), to))
                    .y();
        }
    }

    /** Three inputs, two of them convolved, added up from one of them on. */
    private record Added(int channels, int first) implements Layer {
        @Override
        public Shape outputShape(Shape x) {
            return x;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            List<Tensor> terms = new ArrayList<>(branches(binder, x, channels));
            Collections.rotate(terms, first);
            return binder.record(to -> new Arrangements.Add(terms, to)).y();
        }
    }

    private static List<Tensor> branches(Binder binder, Tensor x, int channels) {
        List<Tensor> xs = binder.record(to -> Arrangements.Fork.of(x, 3, to)).branches();
        Layer conv = new Conv2d(channels, 1);
        Tensor a = binder.scope("a", () -> conv.bind(binder, xs.get(0)));
        Tensor b = binder.scope("b", () -> conv.bind(binder, xs.get(1)));
        return List.of(a, xs.get(2), b);
    }

    private static Stream<Comparison> additions() {
        return Stream.of(0, 2)
                .flatMap(first -> Stream.of(3, 13, 16).map(c -> of(new Added(c, first), c)));
    }

    private static Stream<Comparison> joinedDimensions() {
        return IntStream.range(0, 4)
                .boxed()
                .flatMap(
                        dim ->
                                Stream.of(3, 8, 13, 16)
                                        .map(c -> of(in(new Joined(dim, c), new Flatten()), c)));
    }

    private static Layer in(Layer... layers) {
        return new Sequential(layers);
    }

    private static Comparison of(Layer layer, int channels) {
        return of(layer, 2, channels, 3, 5);
    }

    private static Comparison of(Layer layer, int... shape) {
        return Comparison.of(layer, shape).exact();
    }
}
