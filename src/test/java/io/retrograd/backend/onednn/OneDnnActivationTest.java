package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.BindOptions;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Elu;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Hardswish;
import io.retrograd.layer.Hardtanh;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Mish;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Silu;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Softsign;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of one number, and softmax, against the reference. */
class OneDnnActivationTest {
    private static final List<Shape> SHAPES =
            List.of(Shape.of(1, 1), Shape.of(13, 7), Shape.of(3, 1, 5), Shape.of(2, 3, 5, 7));

    static Stream<Layer> elementwise() {
        return Stream.of(
                new Relu(),
                new LeakyRelu(0.2),
                new Elu(1.3),
                new Sigmoid(),
                new Tanh(),
                new Softplus(),
                new Softsign(),
                new Silu(),
                new Gelu(),
                new Mish(),
                new Hardtanh(),
                new Hardswish());
    }

    static Stream<Layer> all() {
        Stream<Layer> softmax =
                Stream.of(new Softmax(1), new Softmax(0), new LogSoftmax(-1), new LogSoftmax(1));
        return Stream.concat(elementwise(), softmax);
    }

    @ParameterizedTest
    @MethodSource("all")
    void isAsOnTheReference(Layer layer) {
        for (Shape shape : SHAPES) {
            checkAll(OneDnnHarness.of(layer, shape).reduction(1));
        }
    }

    /** Channels last and in blocks, with a block that is not full. */
    @ParameterizedTest
    @MethodSource("all")
    void isAsOnTheReferenceBehindAConvolution(Layer layer) {
        for (int channels : List.of(1, 3, 8, 13)) {
            Layer network = new Sequential(new Conv2d(channels, 3), layer, new Conv2d(2, 1));
            for (Planner.Style style : Planner.Style.values()) {
                checkAll(OneDnnHarness.of(network, Shape.of(2, 3, 5, 7)).plan(style, 0, 0));
            }
        }
    }

    private static void checkAll(OneDnnHarness harness) {
        harness.check();
        harness.keepAll().check();
        harness.withoutInputGradient().check();
        harness.withoutGradients().check();
    }

    /** Both ends, where exponentials overflow. */
    @ParameterizedTest
    @MethodSource("elementwise")
    void survivesLargeNumbers(Layer layer) {
        double[] x = {-1000, -90, -88, -50, -20.5, -20, -10, -4, 4, 10, 19.5, 20, 20.5, 50, 88, 90};
        for (double value : x) {
            OneDnnHarness.of(layer, Shape.of(1, 2)).input(value, 0.5).reduction(1).check();
        }
    }

    @Test
    void softmaxSurvivesLargeNumbers() {
        OneDnnHarness.of(new Softmax(1), Shape.of(1, 3))
                .input(1000, 999, -1000)
                .reduction(1)
                .check();
    }

    /** In float32 log(1 + e⁻²⁰) is not 0, and certainly not negative. */
    @Test
    void softplusKeepsItsDigitsFarBelowZero() {
        for (double x : List.of(-30.0, -20.0, -10.0, -1.0, 0.0, 15.0, 25.0)) {
            OneDnnHarness.of(new Softplus(), Shape.of(1, 1)).input(x).reduction(1).check();
        }
    }

    /** The logarithm is of a sum that is right to all digits. */
    @Test
    void logSoftmaxKeepsItsDigits() {
        OneDnnHarness.of(new LogSoftmax(1), Shape.of(1, 5))
                .input(-1e-8, 1e-3, -1e-3, 0.1, -0.1)
                .reduction(1)
                .check();
        OneDnnHarness.of(new LogSoftmax(1), Shape.of(1, 2))
                .input(1000, 999.9375)
                .reduction(1)
                .check();
    }

    @ParameterizedTest
    @MethodSource("all")
    void kinksAreThoseOfTheReference(Layer layer) {
        checkKinks(layer, null);
    }

    @Test
    void kinksOfOtherOperationsAreThoseOfTheReference() {
        checkKinks(new Prelu(), null);
        checkKinks(Custom.of("step", x -> x < 0.5 ? 0 : x, x -> x < 0.5 ? 0 : 1).kinks(0.5), null);
        checkKinks(new Sequential(), new L1Loss());
        checkKinks(new Sequential(), new HuberLoss(0.7));
        checkKinks(new Sequential(), new SmoothL1Loss(0.7));
    }

    /** With each element in turn on the other side of 0. */
    private static void checkKinks(Layer layer, @Nullable Loss loss) {
        double[] x = {-30, -3.5, -2, -0.5, 0.5, 2, 3.5, 30};
        for (int moved = 0; moved < x.length; moved++) {
            double[] there = x.clone();
            there[moved] = -x[moved];
            assertEquals(
                    kinks("reference", "float64", layer, loss, there),
                    kinks("cpu", "float32", layer, loss, there));
        }
    }

    private static long kinks(
            String device, String precision, Layer layer, @Nullable Loss loss, double[] x) {
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Backend backend = Backends.open(device, precision, 1);
                Side side = new Side(backend, layer, Shape.of(2, x.length / 2), loss, options)) {
            side.set(x, loss == null ? new double[0] : new double[x.length]);
            side.binding().forward();
            return side.binding().kinks();
        }
    }
}
