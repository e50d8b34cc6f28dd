package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Activation;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.FocalLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.PoissonNllLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.operation.ActivationSpec;
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

    static Stream<Arguments> activations() {
        return ElementCases.elementwise()
                .flatMap(it -> NumericsTest.devices().map(d -> arguments(d, it)));
    }

    /** The function of −∞, ∞ and NaN is what PyTorch 2.13 gives in float64. */
    @ParameterizedTest
    @MethodSource("activations")
    void activationsAreAsInPyTorch(Device device, Activation layer) {
        ActivationSpec.Kind kind = layer.spec().kind();
        Layer quarter = Activation.of(new ActivationSpec(kind, 0.25));
        double[] y = output(device, quarter, null, new double[] {-INFINITY, INFINITY, NAN}, 0);
        List<Double> ends = Exact.ends().get(kind.name());
        assertNotNull(ends, kind + ": src/tools/numerics/truth.py does not have it");
        double rounding = Math.max(1e-7, device.epsilon());
        assertEquals(ends.get(0), y[0], rounding);
        assertEquals(ends.get(1), y[1], rounding);
        // The README says that the CPU's ReLU may make 0 of NaN.
        if (kind != ActivationSpec.Kind.RELU) {
            assertEquals(NAN, y[2]);
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
                        new KlDivLoss(),
                        new FocalLoss(),
                        new PoissonNllLoss(),
                        new PoissonNllLoss().logInput(false))
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
