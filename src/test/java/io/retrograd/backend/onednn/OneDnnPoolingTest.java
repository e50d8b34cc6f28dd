package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retrograd.backend.BindOptions;
import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pooling against the reference. Inputs are small integers, so that windows have many ties; sums of
 * them and means over powers of two are exact.
 */
class OneDnnPoolingTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    static Stream<Arguments> maxima() {
        return Stream.of(
                of(new MaxPool1d(3), 3, 2, 13),
                of(new MaxPool1d(2).padding(1).stride(3).ceilMode(true), 2, 16, 7),
                of(new MaxPool2d(2), 3, 3, 7, 13),
                of(new MaxPool2d(1), 1, 1, 1, 1),
                of(new MaxPool2d(3).stride(2).padding(1), 2, 13, 7, 5),
                of(new MaxPool2d(5, 2).stride(1, 3).padding(2, 1).ceilMode(true), 1, 8, 7, 3),
                of(new MaxPool2d(3, 1).stride(1), 2, 17, 3, 1),
                of(new MaxPool2d(2).dilation(2).stride(1), 2, 3, 7, 5),
                of(new MaxPool2d(3).dilation(3, 1).padding(1).stride(2), 2, 8, 9, 5),
                of(new MaxPool3d(2), 2, 3, 3, 4, 5),
                of(new MaxPool3d(3, 2, 1).stride(1, 2, 1).padding(1, 1, 0), 1, 8, 3, 5, 2));
    }

    /** Windows whose dilated elements all miss the input. */
    static Stream<Arguments> emptyWindows() {
        return Stream.of(
                of(new MaxPool1d(2).dilation(5).padding(1), 2, 3, 4),
                of(new MaxPool2d(2).dilation(4, 1).padding(1).stride(1), 2, 3, 3, 5),
                of(
                        new MaxPool2d(2).dilation(1, 7).padding(1).stride(4).ceilMode(true),
                        1,
                        8,
                        4,
                        3));
    }

    /** Means over 1, 2, 4 or 8 elements. */
    static Stream<Arguments> exactMeans() {
        return Stream.of(
                of(new AvgPool1d(4).stride(1).padding(2), 3, 2, 13),
                of(new AvgPool2d(2), 3, 3, 7, 13),
                of(new AvgPool2d(1), 1, 1, 1, 1),
                of(new AvgPool2d(2, 4).stride(1, 3).padding(1, 2), 2, 13, 7, 5),
                of(new AvgPool2d(2).padding(1).countIncludePad(false), 2, 8, 7, 5),
                of(new AvgPool2d(2).stride(1).ceilMode(true), 2, 17, 3, 4),
                of(new AvgPool2d(4, 2).padding(2, 1).stride(3).ceilMode(true), 2, 16, 6, 6),
                of(new AvgPool3d(2).padding(1), 2, 8, 3, 4, 5),
                of(new AdaptiveAvgPool1d(3), 2, 3, 12),
                of(new AdaptiveAvgPool2d(3, 2), 2, 8, 6, 8),
                of(new AdaptiveAvgPool2d(8, 4), 2, 13, 4, 2),
                of(new GlobalAvgPool2d(), 3, 16, 4, 8),
                of(new GlobalAvgPool2d(), 1, 7, 1, 1));
    }

    static Stream<Arguments> means() {
        return Stream.of(
                of(new AvgPool1d(3).padding(1).stride(2).ceilMode(true), 2, 3, 8),
                of(new AvgPool2d(3).padding(1), 3, 7, 7, 13),
                of(new AvgPool2d(3).padding(1).countIncludePad(false), 3, 8, 7, 5),
                of(new AvgPool2d(3, 5).stride(2).padding(1, 2).ceilMode(true), 2, 16, 8, 10),
                of(new AvgPool2d(3).stride(2).ceilMode(true).countIncludePad(false), 2, 13, 6, 8),
                of(new AvgPool3d(3, 1, 2).stride(2).padding(1, 0, 1), 2, 8, 5, 3, 5),
                of(new AdaptiveAvgPool1d(5), 2, 3, 13),
                of(new AdaptiveAvgPool2d(3, 7), 2, 16, 7, 3),
                of(new GlobalAvgPool2d(), 3, 17, 7, 13));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    private static Layer afterConvolution(Layer layer, Shape shape) {
        return shape.rank() == 4 ? new Sequential(new Conv2d(shape.dim(1), 1), layer) : layer;
    }

    @ParameterizedTest
    @MethodSource({"maxima", "emptyWindows", "exactMeans"})
    void agreesExactly(Layer layer, Shape shape) {
        OneDnnHarness.of(layer, shape).integers().exact().check();
        Layer network = new Sequential(afterConvolution(layer, shape), new Relu());
        for (Planner.Style style : Planner.Style.values()) {
            OneDnnHarness harness = OneDnnHarness.of(network, shape).integers().exact();
            harness.plan(style, /* way= */ 0, /* weight= */ 0).check();
            harness.keepAll().check();
            harness.inference().withoutInputGradient().check();
            harness.withoutGradients().check();
        }
    }

    @ParameterizedTest
    @MethodSource("means")
    void agrees(Layer layer, Shape shape) {
        OneDnnHarness.of(layer, shape).check();
        for (Planner.Style style : Planner.Style.values()) {
            OneDnnHarness harness = OneDnnHarness.of(afterConvolution(layer, shape), shape);
            harness.plan(style, /* way= */ 0, /* weight= */ 0).check();
            harness.withoutGradients().check();
        }
    }

    /** Plain Java only where oneDNN means something else. */
    @Test
    void usesOneDnnWhereItCan() {
        assertEquals(false, inJava(new AvgPool2d(2), Shape.of(2, 3, 8, 8)));
        assertEquals(false, inJava(new AvgPool2d(3).ceilMode(true), Shape.of(2, 3, 9, 9)));
        assertEquals(true, inJava(new AvgPool2d(3).ceilMode(true), Shape.of(2, 3, 8, 9)));
        assertEquals(
                false,
                inJava(
                        new AvgPool2d(3).ceilMode(true).countIncludePad(false),
                        Shape.of(2, 3, 8, 9)));
        assertEquals(false, inJava(new AdaptiveAvgPool2d(2, 3), Shape.of(2, 3, 8, 9)));
        assertEquals(true, inJava(new AdaptiveAvgPool2d(3, 3), Shape.of(2, 3, 8, 9)));
        assertEquals(false, inJava(new MaxPool2d(3), Shape.of(2, 3, 8, 9)));
    }

    private static boolean inJava(Layer layer, Shape shape) {
        try (Bound bound = new Bound(layer, shape)) {
            return bound.side.binding().decisions().stream()
                    .anyMatch(line -> line.endsWith("java"));
        }
    }

    /** A side on an engine of its own. */
    private static final class Bound implements AutoCloseable {
        private final Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ true);
        private final Side side;

        Bound(Layer layer, Shape shape) {
            FixedChoices choices = new FixedChoices(Planner.Style.CHANNELS_LAST, 0, 0);
            OneDnnBackend backend = new OneDnnBackend(engine, choices, /* guard= */ 0);
            BindOptions options = BindOptions.inspect(/* training= */ true);
            side = new Side(backend, layer, shape, /* loss= */ null, options);
        }

        double[] forward(double... x) {
            side.set(x, new double[0]);
            side.binding().forward();
            return side.y().toArray();
        }

        @Override
        public void close() {
            side.close();
            engine.close();
        }
    }

    @Test
    void kinksTellWhichElementWins() {
        try (Bound bound = new Bound(new MaxPool1d(2), Shape.of(1, 1, 4))) {
            bound.forward(1, 2, 3, 4);
            long kinks = bound.side.binding().kinks();
            bound.forward(1.1, 2.1, 3.1, 4.1);
            assertEquals(kinks, bound.side.binding().kinks());
            bound.forward(1.1, 2.1, 4.1, 3.1);
            assertNotEquals(kinks, bound.side.binding().kinks());
        }
    }

    /** What the class comment of OneDnnPooling says about oneDNN. */
    @Test
    void nanNeverWinsInOneDnn() {
        try (Bound bound = new Bound(new MaxPool1d(2), Shape.of(1, 1, 8))) {
            double[] y =
                    bound.forward(1, Double.NaN, Double.NaN, 2, -INFINITY, -INFINITY, INFINITY, 3);
            assertArrayEquals(new double[] {1, 2, -Float.MAX_VALUE, INFINITY}, y);
        }
    }
}
