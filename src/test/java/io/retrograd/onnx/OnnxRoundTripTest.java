package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer and network of the library, written, read, and differentiated as before. */
class OnnxRoundTripTest {
    /** Share of the largest number by which one may be off: a file holds float32. */
    private static final double FLOAT32 = 1e-5;

    /** ONNX cannot say that a row of a table is not to learn. */
    private static final String PADDING = "embedding-padding";

    @TempDir private static Path folder;

    static Stream<Arguments> networks() {
        return Stream.concat(OnnxLayersTest.layers(), OnnxNetworksTest.networks());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void isReadAsItWasWritten(String name, Layer network, Shape shape) throws Exception {
        Map<String, Shape> shapes = OnnxLayersTest.shapes(network, shape);
        Path file = folder.resolve("net.onnx");
        try (Written written = new Written(network, shapes);
                Backend backend = Backends.open("reference")) {
            Onnx.write(written.model(), file, new ExportOptions().dynamicBatch(true));
            OnnxNetwork read = Onnx.read(file);
            try (Model model = read.model(backend, /* seed= */ 1)) {
                Passed before = Passed.of(written.model(), written.inputs(), shapes);
                Passed after = Passed.of(model, written.inputs(), shapes);
                assertEquals(before.numbers.keySet(), after.numbers.keySet());
                before.numbers.forEach(
                        (value, numbers) -> near(value, numbers, after.numbers.get(value)));
                assertEquals(before.trained(), after.trained(), model.names().toString());
                if (!name.equals(PADDING)) {
                    near("all gradients", before.gradients(), after.gradients());
                }
            }
        }
    }

    private static void near(String what, double[] expected, double[] got) {
        assertEquals(expected.length, got.length, what);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double far = Written.far(expected, got);
        assertTrue(
                far <= FLOAT32 * (1 + largest),
                () -> what + " is off by " + far + " of " + largest);
    }

    /**
     * Outputs and gradients of inputs by name.
     *
     * @param sizes of the gradients of all numbers that learn, in order
     */
    private record Passed(Map<String, double[]> numbers, List<Double> sizes) {
        int trained() {
            return sizes.size();
        }

        double[] gradients() {
            return sizes.stream().mapToDouble(Double::doubleValue).toArray();
        }

        static Passed of(Model model, Map<String, double[]> inputs, Map<String, Shape> shapes) {
            Binder binder = new Binder(model.parameters(), BindOptions.gradients(false));
            Network network = Network.of(model.network());
            Map<String, Tensor> x = network.inputs(binder, shapes);
            Map<String, Tensor> y = network.bind(binder, x);
            y.values().forEach(binder::keep);
            Map<String, double[]> numbers = new LinkedHashMap<>();
            List<double[]> gradients = new ArrayList<>();
            try (Binding binding = binder.commit()) {
                inputs.forEach((name, values) -> x.get(name).copyFrom(values));
                binding.forward();
                y.forEach(
                        (name, tensor) -> {
                            double[] values = tensor.toArray();
                            numbers.put("output " + name, values);
                            double[] dy = new double[values.length];
                            Arrays.setAll(dy, i -> Philox.uniform(/* seed= */ 3, 7, i) - 0.5);
                            tensor.requireGrad().copyFrom(dy);
                        });
                binding.backward();
                x.forEach(
                        (name, tensor) -> {
                            Tensor dx = tensor.grad();
                            if (dx != null) {
                                numbers.put("gradient of " + name, dx.toArray());
                            }
                        });
                for (Tensor parameter : model.parameters().tensors()) {
                    gradients.add(parameter.requireGrad().toArray());
                }
            }
            List<Double> sizes =
                    gradients.stream()
                            .flatMapToDouble(Arrays::stream)
                            .map(Math::abs)
                            .sorted()
                            .boxed()
                            .toList();
            return new Passed(numbers, sizes);
        }
    }
}
