package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.Npy;
import io.retrograd.model.LeNet5;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code export} writes, run by ONNX Runtime, against what {@code predict} gives. */
class ExportCommandTest {
    private static final int SAMPLES = 7;
    private static final int PIXELS = 64;

    @TempDir private static Path folder;

    private static Path run;

    @BeforeAll
    static void train() {
        Cli cli =
                Cli.run(
                        "train",
                        "digits",
                        "--epochs",
                        "1",
                        "--no-check",
                        "--device",
                        "reference",
                        "--model",
                        "mlp",
                        "--runs",
                        folder.toString(),
                        "--name",
                        "run");
        assertEquals(0, cli.exit(), cli.err());
        run = folder.resolve("run");
    }

    private static Cli export(String... more) {
        return Cli.run(
                Stream.concat(Stream.of("export", "--device", "reference"), Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private static Map<String, String> metadata(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getMetadataPropsList().stream()
                .collect(
                        Collectors.toMap(
                                StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    }

    @Test
    void givesThePredictedNumbers() throws Exception {
        LabelledDataset digits = Digits.load();
        double[] x = new double[SAMPLES * PIXELS];
        float[] floats = new float[x.length];
        for (int i = 0; i < SAMPLES; i++) {
            digits.sample(i, x, i * PIXELS);
        }
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        Path input = folder.resolve("x.npy");
        Path output = folder.resolve("y.npy");
        Npy.write(input, Shape.of(SAMPLES, 1, 8, 8), x);
        Cli predicted =
                Cli.run(
                        "predict",
                        "--device",
                        "reference",
                        run.toString(),
                        input.toString(),
                        "--out",
                        output.toString());
        assertEquals(0, predicted.exit(), predicted.err());
        double[] y = Npy.read(output).doubles();
        Path file = folder.resolve("net.onnx");
        Cli cli = export(run.toString(), file.toString(), "--dynamic-batch", "--opset", "15");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.out().contains("opset 15"), cli.out());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] sizes = {SAMPLES, 1, 8, 8};
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor tensor =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), sizes);
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            float[][] got = (float[][]) result.get("output").orElseThrow().getValue();
            for (int i = 0; i < y.length; i++) {
                assertEquals(y[i], got[i / 10][i % 10], 1e-4);
            }
        }
    }

    @Test
    void saysWhatTheNetworkIsFor() throws IOException {
        Path file = folder.resolve("described.onnx");
        Cli cli = export(run.toString(), file.toString(), "--json");
        assertEquals(0, cli.exit(), cli.err());
        assertEquals(
                Files.size(file), new ObjectMapper().readTree(cli.out()).get("bytes").asLong());
        Map<String, String> metadata = metadata(file);
        assertEquals("mlp", metadata.get("model"));
        assertEquals("digits", metadata.get("dataset"));
        assertEquals(
                "{\"channels\":1,\"steps\":[{\"transform\":\"resize\",\"height\":8,"
                        + "\"width\":8,\"filter\":\"BILINEAR\"}]}",
                metadata.get("transforms"));
    }

    @Test
    void takesWeightsOfANamedNetwork() throws IOException {
        Path file = folder.resolve("named.onnx");
        Path twin = folder.resolve("twin.onnx");
        Cli cli =
                export(
                        "--model",
                        "lenet5",
                        "--classes",
                        "10",
                        "--weights",
                        lenet5().toString(),
                        file.toString());
        assertEquals(0, cli.exit(), cli.err());
        cli = export(folder.resolve("lenet5").toString(), twin.toString());
        assertEquals(1, cli.exit(), "its network.json is another one: " + cli);
        assertFalse(Files.exists(twin));
        assertEquals("lenet5", metadata(file).get("model"));
    }

    /** A file of LeNet-5's weights. */
    private static Path lenet5() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("lenet5"));
        for (String name : new String[] {"run.json", "network.json"}) {
            Files.copy(run.resolve(name), copy.resolve(name));
        }
        Path weights = copy.resolve("model.safetensors");
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(LeNet5.of(10), Shape.of(1, 28, 28), backend, 1)) {
            Checkpoint.save(weights, model.parameters(), Map.of());
        }
        return weights;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export",
                "export RUN",
                "export RUN net.onnx --opset 12",
                "export RUN net.onnx --opset 24",
                "export RUN net.onnx --batch 2 --dynamic-batch",
                "export RUN net.onnx --training --opset 13",
                "export RUN net.onnx --training --fold-batch-norm",
                "export RUN net.onnx --model lenet5",
                "export . net.onnx"
            })
    void wrongWordsAreWrongUsage(String arguments) {
        Cli cli = Cli.run(arguments.replace("RUN", run.toString()).split(" "));
        assertEquals(2, cli.exit(), cli.toString());
        assertTrue(cli.err().startsWith("retrograd: "), cli.toString());
    }

    @Test
    void aBrokenRunIsALine() throws IOException {
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.copy(run.resolve("run.json"), broken.resolve("run.json"));
        Path file = folder.resolve("none.onnx");
        Cli cli = export(broken.toString(), file.toString());
        assertEquals(1, cli.exit(), cli.toString());
        assertTrue(cli.err().contains("network.json"), cli.err());
        assertEquals(1, cli.err().strip().lines().count(), cli.err());
        assertFalse(Files.exists(file));
    }
}
