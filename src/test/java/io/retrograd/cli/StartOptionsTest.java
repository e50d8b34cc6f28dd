package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.interop.SafetensorsFile;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} from weights, with some of them frozen. */
class StartOptionsTest {
    @TempDir private Path folder;

    private Cli train(String... more) {
        return Cli.run(
                Stream.concat(
                                Stream.of(
                                        "train",
                                        "digits",
                                        "--model",
                                        "mlp",
                                        "--device",
                                        "reference",
                                        "--no-check",
                                        "--runs",
                                        folder.toString(),
                                        "--name",
                                        "run"),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    /** Weights of a multilayer perceptron for digits. */
    private Path weights(int classes) throws IOException {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put("1.weight", values(Shape.of(128, 64)));
        tensors.put("1.bias", values(Shape.of(128)));
        tensors.put("3.weight", values(Shape.of(classes, 128)));
        tensors.put("3.bias", values(Shape.of(classes)));
        Path file = folder.resolve("start" + classes + ".safetensors");
        Safetensors.write(file, new SafetensorsFile(Map.of(), tensors));
        return file;
    }

    private static SafeTensor values(Shape shape) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> Math.sin(i) / 8);
        return SafeTensor.of(shape, values);
    }

    private static double[] tensor(Path file, String name) throws IOException {
        return Objects.requireNonNull(Safetensors.read(file).tensors().get(name)).doubles();
    }

    @Test
    void frozenWeightsStayAndTheHeadLearns() throws IOException {
        Path start = weights(10);
        Cli cli = train("--epochs", "2", "--weights", start.toString(), "--freeze", "1.*");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.out().contains("start10.safetensors: 4 tensors\n"), cli.out());
        Path model = folder.resolve("run/model.safetensors");
        assertTrue(Arrays.equals(tensor(start, "1.weight"), tensor(model, "1.weight")));
        assertFalse(Arrays.equals(tensor(start, "3.weight"), tensor(model, "3.weight")));
    }

    @Test
    void whatIsFrozenIsTrainedLater() throws IOException {
        Path start = weights(10);
        Cli cli =
                train(
                        "--epochs",
                        "2",
                        "--weights",
                        start.toString(),
                        "--freeze",
                        "1.*",
                        "--unfreeze-after",
                        "1");
        assertEquals(0, cli.exit(), cli.err());
        Path model = folder.resolve("run/model.safetensors");
        assertFalse(Arrays.equals(tensor(start, "1.weight"), tensor(model, "1.weight")));
    }

    @Test
    void aHeadForOtherClassesStartsAnew() throws IOException {
        Cli cli = train("--epochs", "1", "--weights", weights(7).toString());
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(
                cli.out().contains("2 tensors; the last layer, [3.weight, 3.bias], starts anew"),
                cli.out());
    }

    @Test
    void refusesInOneLine() throws IOException {
        String start = weights(10).toString();
        refuses(2, "--freeze: expected a pattern", "--unfreeze-after", "2");
        refuses(2, "--freeze: expected a pattern", "--freeze-norms");
        refuses(2, "at least 1", "--freeze", "1.*", "--unfreeze-after", "0");
        refuses(2, "--weights-key: expected a file", "--weights-key", "model");
        refuses(2, "no key", "--weights", start, "--weights-key", "model");
        refuses(2, "matches a parameter", "--freeze", "head.*");
        refuses(2, "some parameters left to train", "--freeze", "*");
        refuses(1, "nothing.pt", "--weights", folder.resolve("nothing.pt").toString());
        Path text = Files.writeString(folder.resolve("a.pt"), "hello, these are no weights");
        refuses(1, "a.pt, byte 0: expected", "--weights", text.toString());
        refuses(2, "missing [1.weight", "--weights", "src/test/resources/torch/kinds.pt");
    }

    private void refuses(int exit, String words, String... arguments) {
        Cli cli = train(arguments);
        assertEquals(exit, cli.exit(), cli.err());
        assertTrue(cli.err().contains(words), words + ": " + cli.err());
    }
}
