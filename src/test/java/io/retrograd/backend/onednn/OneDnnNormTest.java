package io.retrograd.backend.onednn;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Normalisations and prelu against the reference, on memory of every order. */
class OneDnnNormTest {
    /** Less than a block of channels, one of them, one and a half, and four. */
    private static final List<Integer> CHANNELS = List.of(1, 3, 8, 13, 32);

    /** Rank 2 to 6, sizes odd and 1. */
    private static final List<Shape> SHAPES =
            List.of(
                    Shape.of(5, 6),
                    Shape.of(13, 24),
                    Shape.of(2, 1, 3),
                    Shape.of(1, 6, 13),
                    Shape.of(3, 12, 7),
                    Shape.of(2, 6, 3, 1),
                    Shape.of(2, 24, 3, 7),
                    Shape.of(2, 6, 3, 1, 5),
                    Shape.of(1, 12, 1, 2, 3, 2));

    /** Norms of x (N, C, …); C must be divisible by the number of groups. */
    private static List<Layer> norms(int channels) {
        List<Layer> norms = new ArrayList<>();
        norms.add(new BatchNorm().momentum(0.3));
        norms.add(new Sequential(new BatchNorm().eps(1e-2), new Relu()));
        norms.add(new GroupNorm(1));
        norms.add(new GroupNorm(channels));
        if (channels % 4 == 0) {
            norms.add(new GroupNorm(channels / 4).eps(1e-2));
        }
        for (int size : List.of(1, 2, 3, 4, 5, 40)) {
            norms.add(new LocalResponseNorm(size).alpha(0.7).k(1.5));
        }
        norms.add(new LocalResponseNorm(3).alpha(0.5).beta(1.3).k(2));
        norms.add(new Prelu());
        norms.add(new Prelu().perChannel(true));
        return norms;
    }

    static Stream<Arguments> onInput() {
        return SHAPES.stream().flatMap(s -> norms(s.dim(1)).stream().map(l -> new Arguments(l, s)));
    }

    /** A layer and an input's shape. */
    record Arguments(Layer layer, Shape shape) {}

    @ParameterizedTest
    @MethodSource("onInput")
    void isAsOnTheReference(Arguments it) {
        checkAll(OneDnnHarness.of(it.layer, it.shape));
    }

    static Stream<Arguments> inNetworks() {
        return CHANNELS.stream()
                .flatMap(
                        c ->
                                norms(c).stream()
                                        .flatMap(
                                                norm ->
                                                        Stream.of(
                                                                line(norm, c),
                                                                plane(norm, c),
                                                                volume(norm, c))));
    }

    private static Arguments line(Layer norm, int channels) {
        return new Arguments(
                new Sequential(new Conv1d(channels, 3), norm, new Tanh()), Shape.of(3, 2, 7));
    }

    private static Arguments plane(Layer norm, int channels) {
        return new Arguments(
                new Sequential(new Conv2d(channels, 3), norm, new Conv2d(3, 2)),
                Shape.of(3, 2, 5, 7));
    }

    private static Arguments volume(Layer norm, int channels) {
        return new Arguments(
                new Sequential(new Conv3d(channels, 2), norm, new Tanh()), Shape.of(2, 2, 3, 4, 3));
    }

    @ParameterizedTest
    @MethodSource("inNetworks")
    void isAsOnTheReferenceBehindAConvolution(Arguments it) {
        for (Planner.Style style : Planner.Style.values()) {
            checkAll(OneDnnHarness.of(it.layer, it.shape).plan(style, 0, 0));
        }
    }

    private static void checkAll(OneDnnHarness harness) {
        harness.check();
        harness.keepAll().check();
        harness.withoutInputGradient().check();
        harness.inference().check();
        harness.withoutGradients().check();
    }
}
