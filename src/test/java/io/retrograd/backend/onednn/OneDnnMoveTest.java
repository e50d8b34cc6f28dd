package io.retrograd.backend.onednn;

import io.retrograd.backend.Binder;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Transpose;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations that move elements, alone and after convolutions: exactly as the reference. */
class OneDnnMoveTest {
    static Stream<Arguments> moves() {
        return Stream.of(
                of(new Transpose(0, 1), 3, 5),
                of(new Transpose(1, 1), 3, 5, 2),
                of(new Transpose(1, -1), 3, 5, 2, 7),
                of(new Transpose(0, 2), 3, 1, 13, 7),
                of(new Sequential(new Conv1d(8, 3), new Transpose(1, 2)), 3, 2, 9),
                of(new Sequential(new Conv2d(13, 3), new Transpose(1, 3)), 3, 2, 5, 7),
                of(new Sequential(new Conv2d(16, 3), new Transpose(0, 1), new Relu()), 3, 2, 5, 7),
                of(
                        new Sequential(new Conv2d(17, 1), new Transpose(2, 3), new Flatten()),
                        2,
                        3,
                        5,
                        7),
                of(new Sequential(new Transpose(1, 2), new Conv2d(8, 3)), 2, 5, 3, 7),
                of(new Sequential(new Conv3d(8, 1), new Transpose(1, 4)), 2, 3, 2, 5, 3),
                of(new Concat(new Sequential()), 3, 5),
                of(new Concat(new Sequential(), new Relu(), new Sequential()), 3, 5),
                of(new Concat(new Conv2d(5, 1), new Sequential()), 3, 2, 5, 7),
                of(inception(8, 16, 24), 2, 3, 7, 5),
                of(inception(7, 1, 13), 2, 3, 7, 5),
                of(new Sequential(inception(16, 8), new Conv2d(5, 3)), 2, 16, 7, 5),
                of(new Sequential(new Conv2d(8, 1), new Residual(new Relu())), 2, 3, 7, 5));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    /** Branches with so many channels, and a pooled one that has the input's layout. */
    private static Layer inception(int... channels) {
        List<Layer> branches = new ArrayList<>();
        for (int c : channels) {
            branches.add(new Sequential(new Conv2d(c, 3).padding(1), new Relu()));
        }
        branches.add(new MaxPool2d(3).stride(1).padding(1));
        return new Concat(branches);
    }

    @ParameterizedTest
    @MethodSource("moves")
    void agreesInEveryPlan(Layer layer, Shape shape) {
        OneDnnHarness.of(layer, shape).integers().exact().checkPlans();
    }

    @ParameterizedTest
    @MethodSource("moves")
    void agreesInEveryMode(Layer layer, Shape shape) {
        for (Planner.Style style : Planner.Style.values()) {
            OneDnnHarness harness = OneDnnHarness.of(layer, shape).integers().exact();
            harness.plan(style, /* way= */ 2, /* weight= */ 0).keepAll().check();
            harness.inference().withoutInputGradient().check();
            harness.withoutGradients().check();
        }
    }

    /** Three inputs, two of them convolved, joined along any dimension. */
    private record Joined(int dim, int channels) implements Layer {
        @Override
        public Shape outputShape(Shape x) {
            return x.with(dim, 3 * x.dim(dim));
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            List<Tensor> xs = binder.fork(x, 3);
            Layer conv = new Conv2d(channels, 1);
            Tensor a = binder.scope("a", () -> conv.bind(binder, xs.get(0)));
            Tensor b = binder.scope("b", () -> conv.bind(binder, xs.get(1)));
            return binder.concat(dim, List.of(a, xs.get(2), b));
        }
    }

    @Test
    void concatAlongEveryDimension() {
        for (int dim = 0; dim < 4; dim++) {
            for (int channels : new int[] {3, 8, 13, 16}) {
                Layer layer = new Sequential(new Joined(dim, channels), new Flatten());
                OneDnnHarness.of(layer, Shape.of(2, channels, 3, 5))
                        .integers()
                        .exact()
                        .checkPlans();
            }
        }
    }

    /**
     * One problem with plain channels and with channels last, which are the same for 1 channel: for
     * oneDNN's cache too, which then gives a primitive that needs more memory than was planned.
     */
    @Test
    void oneChannelInTwoLayouts() {
        Layer convolution = new Conv3d(1, 1);
        Layer network =
                new Sequential(convolution, new Concat(convolution, new Sequential()), new Relu());
        OneDnnHarness.of(network, Shape.of(2, 1, 4, 4, 2)).integers().exact().checkPlans();
    }
}
