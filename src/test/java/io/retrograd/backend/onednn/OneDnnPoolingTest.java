package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retrograd.backend.conformance.Side;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;

/** The implementation of a pooling, its kinks, and NaN in oneDNN. */
class OneDnnPoolingTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

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
            OneDnnBackend backend = new OneDnnBackend(engine, choices);
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

    /** The statement about oneDNN in the class comment of OneDnnPooling. */
    @Test
    void nanNeverWinsInOneDnn() {
        try (Bound bound = new Bound(new MaxPool1d(2), Shape.of(1, 1, 8))) {
            double[] y =
                    bound.forward(1, Double.NaN, Double.NaN, 2, -INFINITY, -INFINITY, INFINITY, 3);
            assertArrayEquals(new double[] {1, 2, -Float.MAX_VALUE, INFINITY}, y);
        }
    }
}
