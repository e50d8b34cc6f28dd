package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.conformance.Device;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A number that the precision that computes lacks is refused, and named, wherever it comes in. */
class PrecisionChecksTest {
    private static final double TOO_LARGE = 1e39;

    static Stream<Device> devices() {
        return Stream.concat(Device.all().stream(), Device.lowPrecision().stream())
                .filter(device -> !device.precision().equals("float64"));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void refusesWhatItHasNoNumberFor(Device device) {
        try (Backend backend = device.open();
                Model model = model(new Linear(2), backend);
                TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(0.1), 1)) {
            double[] x = {1, 2, 3};
            double[] t = {1, 2};
            step.run(x, t);
            double[] w = model.parameter("weight");
            refuses(
                    () -> step.run(new double[] {1, TOO_LARGE, 3}, t),
                    "input: expected values up to ",
                    "got 1.0E39 at element 1 of (1, 3)");
            refuses(() -> step.run(x, new double[] {1, -TOO_LARGE}), "target", "element 1");
            refuses(() -> model.predict(new double[] {TOO_LARGE, 0, 0}), "input", "element 0");
            refuses(
                    () -> model.setParameter("weight", 1, 2, 3, 4, 5, 1e300),
                    "weight: expected values up to 3.4028235E38, the largest of float32",
                    "got 1.0E300 at element 5 of (2, 3)");
            refuses(() -> model.parameters().get("bias").setAll(i -> 1e300), "bias", "element 0");
            step.setLearningRate(TOO_LARGE);
            refuses(() -> step.run(x, t), "learning rate", "3.4028235E38", "1.0E39");
            assertArrayEquals(w, model.parameter("weight"));
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void takesTheLargestNumber(Device device) {
        try (Backend backend = device.open();
                Model model = model(new Linear(1), backend)) {
            // Above Float.MAX_VALUE, but rounded to it.
            model.setParameter("weight", 3.4028235e38, -3.4028235e38, 0);
            assertEquals(Float.MAX_VALUE, model.parameter("weight")[0]);
            assertEquals(-Float.MAX_VALUE, model.parameter("weight")[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void refusesALayersParameter(Device device) {
        try (Backend backend = device.open()) {
            Layer network = new Sequential(new Linear(2), new LeakyRelu(1e300));
            refuses(
                    () -> model(network, backend).predict(new double[3]),
                    "the largest of float32, got 1.0E300");
        }
    }

    @Test
    void float64HasThem() {
        try (Backend backend = Backends.open("reference", "float64", 1);
                Model model = model(new Linear(1), backend)) {
            model.setParameter("weight", 1e200, 0, 0);
            assertEquals(1e200, model.parameter("weight")[0]);
            assertTrue(Double.isFinite(model.predict(new double[] {TOO_LARGE, 0, 0})[0]));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.setParameter("weight", Double.NaN, 0, 0));
        }
    }

    @Test
    void kindsKnowTheirLargestNumber() {
        assertEquals(Double.MAX_VALUE, DType.FLOAT64.largest());
        assertEquals(Float.MAX_VALUE, DType.FLOAT32.largest());
        assertEquals(65504, DType.FLOAT16.largest());
        assertEquals(0x1.fep127, DType.BFLOAT16.largest());
        for (DType kind : List.of(DType.FLOAT32, DType.FLOAT16, DType.BFLOAT16)) {
            double unit = kind.epsilon() * Math.pow(2, Math.getExponent(kind.largest()));
            double tie = kind.largest() + unit / 2;
            assertTrue(kind.overflows(tie), kind.text());
            assertFalse(kind.overflows(Math.nextDown(tie)), kind.text());
            assertFalse(kind.overflows(Double.NaN), kind.text());
            assertFalse(kind.overflows(Double.POSITIVE_INFINITY), kind.text());
        }
    }

    private static Model model(Layer network, Backend backend) {
        return Model.create(network, Shape.of(3), backend, /* seed= */ 1);
    }

    private static void refuses(Executable call, String... parts) {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
