package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.layer.Network;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of PyTorch, read, against ONNX Runtime and PyTorch. {@code make.py} in the resources
 * wrote them.
 */
class OnnxReadTest {
    /** Share of the largest number by which outputs may be off; measured: 3e-6. */
    private static final double DIGITS = 1e-5;

    /** The same of gradients in float64 against those of PyTorch in float64. */
    private static final double GRADIENT_DIGITS = 1e-6;

    @TempDir private Path folder;

    @Test
    void networksComputeTheSame() throws IOException, OrtException {
        List<String> wrong = new ArrayList<>();
        try (Backend backend = Backends.open("cpu")) {
            for (String name : StoredNetworks.names()) {
                Path file = StoredNetworks.file(name, folder);
                OnnxNetwork read = Onnx.read(file);
                try (Model model = read.model(backend, /* seed= */ 1);
                        Session session = new Session(file)) {
                    for (int batch : new int[] {3, 1}) {
                        Map<String, double[]> x = draw(read, batch);
                        Map<String, double[]> expected = session.run(x, batches(read, batch));
                        wrong.addAll(compare(name + " at " + batch, expected, model.predict(x)));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static List<String> compare(
            String name, Map<String, double[]> expected, Map<String, double[]> got) {
        List<double[]> ours = List.copyOf(got.values());
        List<String> wrong = new ArrayList<>();
        int i = 0;
        for (double[] y : expected.values()) {
            double[] own = ours.get(i++);
            // The batch is dimension 1 of what the file gives, and 0 here.
            double[] moved = name.startsWith("crnn") ? stepsFirst(own, y.length / 49, 7, 7) : own;
            double far = Written.far(y, moved) / largest(y);
            if (!(far <= DIGITS)) {
                wrong.add(name + " is off by " + far);
            }
        }
        return wrong;
    }

    private static double[] stepsFirst(double[] y, int samples, int steps, int each) {
        double[] moved = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            int n = i / each / steps;
            int t = i / each % steps;
            moved[(t * samples + n) * each + i % each] = y[i];
        }
        return moved;
    }

    private static double largest(double[] y) {
        double largest = 0;
        for (double value : y) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static Map<String, Shape> batches(OnnxNetwork read, int batch) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        read.inputShapes().forEach((name, shape) -> shapes.put(name, shape.batch(batch)));
        return shapes;
    }

    private static Map<String, double[]> draw(OnnxNetwork read, int batch) {
        Map<String, double[]> inputs = new LinkedHashMap<>();
        batches(read, batch)
                .forEach(
                        (name, shape) -> {
                            boolean tokens = Network.of(read.network()).tokenIds(name) != null;
                            double[] x = new double[(int) shape.size()];
                            for (int i = 0; i < x.length; i++) {
                                double drawn = Philox.uniform(batch, /* stream= */ 2, i);
                                x[i] = tokens ? (int) (11 * drawn) : (float) (4 * drawn - 2);
                            }
                            inputs.put(name, x);
                        });
        return inputs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tied-17", "tied-dynamo", "unet-17", "unet-dynamo"})
    void gradientsArePyTorchs(String name) throws IOException {
        Map<String, SafeTensor> torch =
                Safetensors.read(
                                Path.of(
                                        "src/test/resources/onnx",
                                        name.replaceAll("-.*", "") + "-gradients.safetensors"))
                        .tensors();
        OnnxNetwork read = Onnx.read(StoredNetworks.file(name, folder));
        try (Backend backend = Backends.open("reference");
                Model model = read.model(backend, /* seed= */ 1)) {
            Binder binder = new Binder(model.parameters(), BindOptions.train());
            Network network = Network.of(read.network());
            Map<String, Tensor> x = network.inputs(binder, batches(read, 2));
            Tensor y = binder.keep(network.bind(binder, x).values().iterator().next());
            try (Binding binding = binder.commit()) {
                x.get("x").copyFrom(torch.get("x").doubles());
                binding.forward();
                y.requireGrad().copyFrom(torch.get("dy").doubles());
                binding.backward();
                int compared = 0;
                for (Map.Entry<String, SafeTensor> entry : torch.entrySet()) {
                    if (model.names().contains(entry.getKey())) {
                        double[] dw = entry.getValue().doubles();
                        double[] got =
                                model.parameters().get(entry.getKey()).requireGrad().toArray();
                        assertTrue(
                                Written.far(dw, got) <= GRADIENT_DIGITS * largest(dw),
                                entry.getKey());
                        compared++;
                    }
                }
                assertEquals(torch.size() - 2, compared, model.names().toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3d-17", "timedist-dynamo"})
    void gradientsAreDifferences(String name) throws IOException {
        OnnxNetwork read = Onnx.read(StoredNetworks.file(name, folder));
        Shape input = read.inputShapes().get("x").batch(2);
        assertTrue(GradientCheck.of(read.network(), input).coordinates(3).run().passed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-17", "bigru2-dynamo", "ups-17", "tied-dynamo"})
    void whatIsReadCanBeWritten(String name) throws IOException, OrtException {
        Path file = StoredNetworks.file(name, folder);
        OnnxNetwork read = Onnx.read(file);
        Path again = folder.resolve("again.onnx");
        try (Backend backend = Backends.open("cpu");
                Model model = read.model(backend, /* seed= */ 1)) {
            Onnx.write(model, again, new ExportOptions().dynamicBatch(true));
        }
        Map<String, double[]> x = draw(read, 5);
        try (Session first = new Session(file);
                Session second = new Session(again)) {
            List<String> wrong =
                    compare(name, first.run(x, batches(read, 5)), second.run(x, batches(read, 5)));
            assertEquals(List.of(), wrong);
        }
    }
}
