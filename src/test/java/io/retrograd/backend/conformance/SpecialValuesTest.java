package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.retrograd.bind.BindOptions;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Elu;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Hardswish;
import io.retrograd.layer.Hardtanh;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Mish;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Silu;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Softsign;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.tensor.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** NaN and infinities, and normalisations whose variance overflows: nothing vanishes silently. */
class SpecialValuesTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;
    private static final double NORM_EPS = 0x1p-17;

    /** Units in the last place; the worst is 3, of layer norm on the CPU. */
    private static final double NORM_BOUND = 8;

    /**
     * Each function at −∞, ∞ and NaN: what PyTorch 2.13 gives in float64.
     *
     * <pre>
     *   f(torch.tensor([-inf, inf, nan], dtype=torch.float64)), alpha and slope 0.25
     * </pre>
     */
    static Stream<Arguments> activations() {
        return Stream.of(
                        arguments(new Relu(), List.of(0.0, INFINITY, NAN)),
                        arguments(new LeakyRelu(0.25), List.of(-INFINITY, INFINITY, NAN)),
                        arguments(new Elu(0.25), List.of(-0.25, INFINITY, NAN)),
                        arguments(new Sigmoid(), List.of(0.0, 1.0, NAN)),
                        arguments(new Tanh(), List.of(-1.0, 1.0, NAN)),
                        arguments(new Softplus(), List.of(0.0, INFINITY, NAN)),
                        arguments(new Softsign(), List.of(NAN, NAN, NAN)),
                        arguments(new Silu(), List.of(NAN, INFINITY, NAN)),
                        arguments(new Gelu(), List.of(NAN, INFINITY, NAN)),
                        arguments(new Mish(), List.of(NAN, INFINITY, NAN)),
                        arguments(new Hardtanh(), List.of(-1.0, 1.0, NAN)),
                        arguments(new Hardswish(), List.of(NAN, INFINITY, NAN)))
                .flatMap(
                        it ->
                                NumericsTest.devices()
                                        .map(d -> arguments(d, it.get()[0], it.get()[1])));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void activationsAreAsInPyTorch(Device device, Layer layer, List<Double> expected) {
        double[] y = output(device, layer, null, new double[] {-INFINITY, INFINITY, NAN}, 0);
        for (int i = 0; i < y.length; i++) {
            // The README says that the CPU's ReLU may make 0 of NaN.
            if (!(layer instanceof Relu && Double.isNaN(expected.get(i)))) {
                assertEquals(expected.get(i), y[i], 1e-7, layer + " " + i);
            }
        }
    }

    static Stream<Arguments> devicesAndLosses() {
        return Stream.of(
                        new CrossEntropy(),
                        new CrossEntropy().labelSmoothing(0.1),
                        new MseLoss(),
                        new L1Loss(),
                        new SmoothL1Loss(1),
                        new HuberLoss(1),
                        new BceWithLogitsLoss(),
                        new KlDivLoss())
                .flatMap(loss -> NumericsTest.devices().map(d -> arguments(d, loss)));
    }

    @ParameterizedTest
    @MethodSource("devicesAndLosses")
    void noLossSwallowsNaN(Device device, Loss loss) {
        for (int at = 0; at < 3; at++) {
            double[] x = {1, 2, 3};
            x[at] = NAN;
            assertEquals(NAN, output(device, new Sequential(), loss, x, 0)[0], loss + " " + at);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void softmaxKeepsNaN(Device device) {
        for (Layer layer : List.of(new Softmax(1), new LogSoftmax(1))) {
            for (double[] x : new double[][] {{NAN, 1, 2}, {1, 2, NAN}, {1, INFINITY, 2}}) {
                double[] y = output(device, layer, null, x, 0);
                assertTrue(DoubleStream.of(y).anyMatch(Double::isNaN), Arrays.toString(y));
            }
            double[] y = output(device, layer, null, new double[] {-INFINITY, 0, 0}, 0);
            assertEquals(layer instanceof Softmax ? 0 : -INFINITY, y[0]);
        }
    }

    static Stream<Device> devices() {
        return NumericsTest.devices();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void normalisationsOfHugeValuesAreRightOrNaN(Device device) {
        Exact.lines().stream()
                .filter(it -> it.name().equals("huge norm") && it.in(device.shared().dtype()))
                .forEach(
                        it ->
                                assertAll(
                                        () ->
                                                norm(
                                                        device,
                                                        new LayerNorm(Shape.of(4), NORM_EPS),
                                                        it),
                                        () -> norm(device, new GroupNorm(1).eps(NORM_EPS), it),
                                        () -> norm(device, new BatchNorm().eps(NORM_EPS), it)));
    }

    private static void norm(Device device, Layer layer, Exact it) {
        Shape shape = layer instanceof BatchNorm ? Shape.of(4, 1) : Shape.of(1, 4);
        try (Side side = side(device, layer, shape, null)) {
            side.set(it.x().stream().mapToDouble(v -> v).toArray(), new double[0]);
            side.binding().forward();
            side.y().requireGrad().copyFrom(it.dy().stream().mapToDouble(v -> v).toArray());
            side.binding().backward();
            double[] y = side.y().toArray();
            double[] dx = side.x().requireGrad().toArray();
            boolean lost = DoubleStream.of(y).allMatch(Double::isNaN);
            for (int i = 0; i < y.length; i++) {
                if (lost) {
                    assertTrue(Double.isNaN(dx[i]), layer + ": dx " + Arrays.toString(dx));
                } else {
                    BigDecimal size = it.sizeOfY(i);
                    assertTrue(
                            Ulp.error(side.y().dtype(), y[i], it.y().get(i), size) < NORM_BOUND,
                            layer + " on " + device + ": " + Arrays.toString(y));
                }
            }
        }
    }

    private static double[] output(
            Device device, Layer layer, @Nullable Loss loss, double[] x, double target) {
        try (Side side = side(device, layer, Shape.of(1, x.length), loss)) {
            double[] targets = new double[loss instanceof CrossEntropy ? 1 : x.length];
            Arrays.fill(targets, target);
            side.set(x, targets);
            side.binding().forward();
            return side.y().toArray();
        }
    }

    private static Side side(Device device, Layer layer, Shape shape, @Nullable Loss loss) {
        return new Side(
                device.shared(), layer, shape, loss, BindOptions.inspect(/* training= */ true));
    }
}
