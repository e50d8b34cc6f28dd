package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads files with other names and layouts into one small model. */
class WeightsTest {
    private static final Path TORCH = Path.of("src/test/resources/torch");

    @TempDir Path folder;

    private final Backend backend = Backends.open("reference", "float64", /* threads= */ 1);
    private Model model;

    @BeforeEach
    void create() {
        model =
                Model.create(
                        new Sequential(
                                new Conv2d(2, 2).bias(false),
                                new BatchNorm(),
                                new Flatten(),
                                new Linear(3)),
                        Shape.of(1, 3, 3),
                        backend,
                        /* seed= */ 1);
    }

    @AfterEach
    void close() {
        model.close();
        backend.close();
    }

    private static SafeTensor counting(int from, int... dims) {
        Shape shape = Shape.of(dims);
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> from + i);
        return SafeTensor.of(shape, values);
    }

    /** What fits the model, under a prefix and other names. */
    private static Map<String, SafeTensor> tensors() {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put("net.conv0.weight", counting(0, 2, 1, 2, 2));
        tensors.put("net.bn0.weight", counting(10, 2));
        tensors.put("net.bn0.bias", counting(20, 2));
        tensors.put("net.bn0.running_mean", counting(30, 2));
        tensors.put("net.bn0.running_var", counting(40, 2));
        tensors.put("net.bn0.num_batches_tracked", SafeTensor.of(Shape.of(), 7L));
        tensors.put("net.fc.weight", counting(50, 3, 8));
        tensors.put("net.fc.bias", counting(80, 3));
        return tensors;
    }

    private Path file(Map<String, SafeTensor> tensors) throws IOException {
        Path path = folder.resolve("x.safetensors");
        Safetensors.write(path, new SafetensorsFile(Map.of(), tensors));
        return path;
    }

    private Weights weights(Map<String, SafeTensor> tensors) throws IOException {
        return Weights.load(file(tensors))
                .stripPrefix("net.")
                .rename("^conv(\\d)\\.", "$1.")
                .rename("^bn\\d\\.", "1.")
                .rename("^fc", "3");
    }

    @Test
    void renamesByPrefixAndPattern() throws IOException {
        Weights.Result result = weights(tensors()).into(model);
        assertEquals(7, result.loaded().size());
        assertEquals(List.of(), result.unexpected());
        assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5, 6, 7}, model.parameter("0.weight"));
        assertArrayEquals(new double[] {40, 41}, model.parameter("1.running_var"));
        assertArrayEquals(new double[] {80, 81, 82}, model.parameter("3.bias"));
    }

    /** In float32, on the CPU, before and after there is memory. */
    @Test
    void loadsBeforeAndAfterTheFirstUse() throws IOException {
        Model other = Model.create(model.network(), model.sampleShape(), backend, /* seed= */ 2);
        weights(tensors()).into(model);
        double[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        other.predict(x);
        weights(tensors()).into(other);
        assertArrayEquals(model.predict(x), other.predict(x));
        other.close();
    }

    @Test
    void listsAllThatDoesNotFit() throws IOException {
        Map<String, SafeTensor> tensors = tensors();
        tensors.remove("net.bn0.bias");
        tensors.remove("net.bn0.running_mean");
        tensors.put("net.more", counting(0, 1));
        tensors.put("net.fc.bias", counting(0, 4));
        tensors.put("net.fc.weight", SafeTensor.of(Shape.of(3, 8), new long[24]));
        double[] before = model.parameter("0.weight");
        String message = refuses(weights(tensors));
        for (String part :
                List.of(
                        "missing [1.bias, 1.running_mean]",
                        "unexpected [\"more\"]",
                        "3.bias: expected floats [3], got F64 [4]",
                        "3.weight: expected floats [3, 8], got I64 [3, 8]")) {
            assertTrue(message.contains(part), message);
        }
        assertArrayEquals(before, model.parameter("0.weight"));
        message = refuses(weights(tensors).strict(false));
        assertTrue(!message.contains("missing") && message.contains("3.bias"), message);
    }

    @Test
    void looseLoadsSayWhatIsLeft() throws IOException {
        Map<String, SafeTensor> tensors = tensors();
        tensors.remove("net.bn0.bias");
        tensors.put("net.more", counting(0, 1));
        Weights.Result result = weights(tensors).strict(false).into(model);
        assertEquals(List.of("1.bias"), result.missing());
        assertEquals(List.of("\"more\""), result.unexpected());
        assertEquals(6, result.loaded().size());
        assertTrue(
                refuses(Weights.load(file(tensors())).strict(false)).contains("got none, but"),
                "a file of which nothing fits");
        weights(tensors).ignore("more").except("1.bias").into(model);
    }

    @Test
    void transposesAxes() throws IOException {
        Map<String, SafeTensor> tensors = tensors();
        tensors.put("net.fc.weight", counting(0, 8, 3));
        tensors.put("net.conv0.weight", counting(0, 2, 2, 1, 2));
        weights(tensors).transpose("3.weight").transpose("0.*", 3, 2, 0, 1).into(model);
        double[] w = model.parameter("3.weight");
        assertEquals(3 * 5 + 2, w[2 * 8 + 5], "w[2][5] is the file's [5][2]");
        double[] k = model.parameter("0.weight");
        // k[o][i][r][s], sizes 2 1 2 2, is the file's [r][s][i][o], sizes 2 2 1 2.
        assertArrayEquals(new double[] {0, 2, 4, 6, 1, 3, 5, 7}, k);
        assertTrue(refuses(weights(tensors).transpose("3.weight", 0, 0)).contains("each of the 2"));
        assertTrue(refuses(weights(tensors).transpose("9.*")).contains("matches a parameter"));
    }

    @Test
    void keepsAHead() throws IOException {
        Map<String, SafeTensor> tensors = tensors();
        tensors.put("net.fc.weight", counting(0, 5, 8));
        tensors.put("net.fc.bias", counting(0, 5));
        double[] before = model.parameter("3.weight");
        assertEquals(
                List.of("3.weight", "3.bias"), weights(tensors).except("3.*").into(model).kept());
        assertArrayEquals(before, model.parameter("3.weight"));
        // One of another shape is enough to keep both.
        tensors.put("net.fc.bias", counting(0, 3));
        assertEquals(
                List.of("3.weight", "3.bias"),
                weights(tensors).exceptIfOther("3.*").into(model).kept());
        assertEquals(List.of(), weights(tensors()).exceptIfOther("3.*").into(model).kept());
        assertTrue(refuses(weights(tensors).except("head.*")).contains("matches a parameter"));
    }

    @Test
    void changesNothingForValuesThatDoNotFit() throws IOException {
        double[] before = model.parameter("0.weight");
        for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
            Map<String, SafeTensor> tensors = tensors();
            tensors.put("net.fc.bias", SafeTensor.of(Shape.of(3), 1, 2, bad));
            assertTrue(refuses(weights(tensors)).contains("3.bias: expected finite values"));
            assertArrayEquals(before, model.parameter("0.weight"));
        }
    }

    @Test
    void refusesTwoTensorsOfOneName() throws IOException {
        String message = refuses(weights(tensors()).rename("^3\\..*", "1.bias"));
        assertTrue(message.contains("net.bn0.bias and net.fc.weight both as 1.bias"), message);
    }

    @Test
    void refusesPatternsThatAreNone() throws IOException {
        Weights weights = Weights.load(file(tensors()));
        assertThrows(IllegalArgumentException.class, () -> weights.rename("(", ""));
        assertTrue(refuses(weights.rename("net", "$1")).contains("a replacement"));
        assertThrows(
                FormatException.class, () -> Weights.load(TORCH.resolve("legacy.pt")).into(model));
        assertThrows(IOException.class, () -> Weights.load(folder.resolve("none")));
    }

    @Test
    void loadsWhatTorchSaved() throws IOException {
        try (Model linear =
                Model.create(new Sequential(new Linear(2)), Shape.of(3), backend, /* seed= */ 1)) {
            Weights.load(TORCH.resolve("checkpoint.pt")).key("state_dict").into(linear);
            assertArrayEquals(
                    new double[] {-1.25, -1, -0.75, -0.5, -0.25, 0}, linear.parameter("0.weight"));
            Weights.load(TORCH.resolve("checkpoint.pt")).key("deep").key("model").into(linear);
            Weights plain = Weights.load(TORCH.resolve("checkpoint.pt"));
            assertTrue(refuses(plain).contains("choose the key"));
        }
    }

    private String refuses(Weights weights) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> weights.into(model));
        return String.valueOf(e.getMessage());
    }
}
