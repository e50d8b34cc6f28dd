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
import io.retrograd.model.ResNet;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weights go out in several precisions, by other names and in several files, and come back from
 * there. {@code src/test/resources/safetensors/rounding.py} made the files of PyTorch and NumPy.
 */
class ModelWeightsTest {
    private static final Path FILES = Path.of("src/test/resources/safetensors");
    private static final Path SHARDED = FILES.resolve("sharded");
    private static final String INDEX = "model.safetensors.index.json";

    /** Of float32 in PyTorch against float64 here; the worst measured is 3e-8. */
    private static final double FLOAT32 = 1e-6;

    @TempDir Path folder;

    private final Backend backend = Backends.open("reference", "float64", /* threads= */ 1);
    private final Model model = model(/* seed= */ 1);

    private Model model(int seed) {
        Sequential network =
                new Sequential(new Conv2d(2, 2), new BatchNorm(), new Flatten(), new Linear(3));
        return Model.create(network, Shape.of(1, 3, 3), backend, seed);
    }

    @AfterEach
    void close() {
        model.close();
        backend.close();
    }

    /** Ties, subnormal numbers, overflow, infinities, NaN. */
    @ParameterizedTest
    @CsvSource({"rounding-f16, x, F16", "rounding-bf16, y, BF16"})
    void roundsAsOthersDo(String name, String from, ElementKind kind) throws IOException {
        Path file = FILES.resolve(name + ".safetensors");
        double[] values = tensor(file, from).doubles();
        SafeTensor expected = tensor(file, from + "." + kind);
        double[] finite = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            boolean becomesInfinite =
                    Double.isInfinite(expected.doubles()[i]) && Double.isFinite(values[i]);
            finite[i] =
                    becomesInfinite
                            ? Math.copySign(Double.POSITIVE_INFINITY, values[i])
                            : values[i];
            if (becomesInfinite) {
                SafeTensor one = SafeTensor.of(Shape.of(1), values[i]);
                String message =
                        assertThrows(IllegalArgumentException.class, () -> one.as(kind))
                                .getMessage();
                assertTrue(String.valueOf(message).contains("in the range of " + kind), message);
            }
        }
        SafeTensor rounded = SafeTensor.of(Shape.of(values.length), finite).as(kind);
        assertArrayEquals(expected.doubles(), rounded.doubles());
        Path again = folder.resolve("x.safetensors");
        Safetensors.write(again, new SafetensorsFile(Map.of(), Map.of("x", rounded)));
        assertArrayEquals(expected.doubles(), tensor(again, "x").doubles());
    }

    @Test
    void integersKeepTheirValuesOrAreRefused() {
        SafeTensor x = SafeTensor.of(Shape.of(2), 1L, 200L);
        assertArrayEquals(new long[] {1, 200}, x.as(ElementKind.U8).longs());
        for (ElementKind kind : List.of(ElementKind.I8, ElementKind.BOOL, ElementKind.F32)) {
            assertThrows(IllegalArgumentException.class, () -> x.as(kind), kind.name());
        }
        SafeTensor negative = SafeTensor.of(Shape.of(1), -1L);
        assertThrows(IllegalArgumentException.class, () -> negative.as(ElementKind.U64));
        assertArrayEquals(new long[] {-1}, negative.as(ElementKind.I16).longs());
    }

    /** PyTorch's own shards, by their index and by their folder. */
    @Test
    void shardsOfPyTorchGiveItsOutputs() throws IOException {
        double[] x = Npy.read(SHARDED.resolve("x.npy")).doubles();
        double[] y = Npy.read(SHARDED.resolve("y.npy")).doubles();
        for (Path path : List.of(SHARDED, SHARDED.resolve(INDEX))) {
            try (Model other = model(/* seed= */ 2)) {
                assertEquals(8, Weights.load(path).into(other).loaded().size());
                assertArrayEquals(y, other.predict(x), FLOAT32);
            }
        }
        assertEquals(9, Safetensors.read(SHARDED).tensors().size());
        assertEquals(9, Safetensors.map(SHARDED).size());
    }

    @ParameterizedTest
    @CsvSource({"F64, 0", "F32, 6e-8", "F16, 5e-4", "BF16, 4e-3"})
    void shardsComeBack(ElementKind kind, double relative) throws IOException {
        List<Path> files = ModelWeights.of(model).as(kind).saveShards(folder, 20);
        // Of 8, 2, 2, 2, 24, 3 parameters and 2, 2 statistics, only those of 2 fit with others.
        assertEquals(INDEX, files.get(files.size() - 1).getFileName().toString());
        assertTrue(files.size() > 4, files.toString());
        try (Model other = model(/* seed= */ 2)) {
            Weights.load(folder).into(other);
            for (String name : model.parameters().named().keySet()) {
                double[] expected = model.parameter(name);
                double[] got = other.parameter(name);
                for (int i = 0; i < got.length; i++) {
                    assertEquals(expected[i], got[i], relative * Math.abs(expected[i]), name);
                }
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelWeights.of(model).saveShards(folder, 20));
    }

    @Test
    void oneFileNeedsNoIndex() throws IOException {
        List<Path> files = ModelWeights.of(model).saveShards(folder, 1 << 20);
        assertEquals(List.of(folder.resolve("model.safetensors")), files);
        assertEquals(Map.of("format", "pt"), Safetensors.read(files.get(0)).metadata());
        assertEquals(8, Weights.load(folder).into(model).loaded().size());
    }

    @Test
    void namesAreTorchvisions() throws IOException {
        Path theirs = Path.of("src/test/resources/torchvision/resnet18.pt");
        Path file = folder.resolve("resnet18.safetensors");
        try (Model net =
                Model.create(ResNet.basic(2, 5, 2, 2, 2, 2), Shape.of(3, 32, 32), backend, 1)) {
            List<String> names = ModelWeights.of(net).to(Torchvision.RESNET18).save(file);
            assertEquals(new TreeSet<>(Weights.load(theirs).names()), new TreeSet<>(names));
            assertEquals(
                    122 - 20,
                    Weights.load(file).from(Torchvision.RESNET18).into(net).loaded().size());
        }
        assertTrue(
                refused(ModelWeights.of(model).to(Torchvision.RESNET18).rename("x", "y"))
                        .contains("a tensor of resnet18, got 3.weight"));
    }

    @Test
    void namesAndNumbersThatDoNotFitAreRefused() {
        assertTrue(refused(ModelWeights.of(model).rename(".*", "x")).contains("two named x"));
        model.parameters().get("3.bias").copyFrom(0, 7e4, 0);
        String message = refused(ModelWeights.of(model).as(ElementKind.F16));
        assertTrue(message.startsWith("3.bias: ") && message.contains("70000.0"), message);
        assertThrows(
                IllegalArgumentException.class, () -> ModelWeights.of(model).as(ElementKind.I32));
    }

    private String refused(ModelWeights weights) {
        Path file = folder.resolve("refused.safetensors");
        String message =
                assertThrows(IllegalArgumentException.class, () -> weights.save(file)).getMessage();
        assertTrue(Files.notExists(file));
        return String.valueOf(message);
    }

    @Test
    void aMappedFileMayGoButNotChange() throws IOException {
        Path file = folder.resolve("x.safetensors");
        ModelWeights.of(model).as(ElementKind.F64).save(file);
        double[] expected = model.parameter("3.weight");
        byte[] bytes = Files.readAllBytes(file);
        try (Model gone = model(/* seed= */ 2);
                Model changed = model(/* seed= */ 3)) {
            Weights.load(file).into(gone);
            Files.delete(file);
            assertArrayEquals(expected, gone.parameter("3.weight"));

            Files.write(file, bytes);
            Weights.load(file).into(changed);
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> changed.parameter("3.weight"));
            assertTrue(String.valueOf(e.getMessage()).contains("load them again"), e.getMessage());
            Weights.load(file).into(changed);
            assertArrayEquals(expected, changed.parameter("3.weight"));
        }
    }

    /** One more element than a window's, in each of two windows: a sparse file. */
    @Test
    void mapsMoreThanJavaMapsAtOnce() throws IOException {
        Path file = folder.resolve("large.safetensors");
        long count = (1L << 31) + 3;
        String header =
                String.format(
                        "{\"x\":{\"dtype\":\"I16\",\"shape\":[%d],\"data_offsets\":[0,%d]}}   ",
                        count, 2 * count);
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            ByteBuffer start =
                    ByteBuffer.allocate(8 + text.length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(text.length)
                            .put(text);
            channel.write(start.flip(), 0);
            channel.write(ByteBuffer.wrap(new byte[] {9, 1}), start.limit() + 2 * count - 2);
        }
        MappedTensor x = Objects.requireNonNull(Safetensors.map(file).get("x"));
        assertEquals(count, x.size());
        assertEquals(0, x.longAt((1L << 29) - 4));
        assertEquals(265, x.longAt(count - 1));
        assertThrows(IndexOutOfBoundsException.class, () -> x.longAt(count));
        assertThrows(IllegalStateException.class, () -> x.doubleAt(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | a weight_map",
                "[] | an object",
                "{\"weight_map\":{}} | a weight_map with tensors",
                "{\"weight_map\":{\"0.bias\":\"../x\"}} | in the index's folder",
                "{\"weight_map\":{\"0.bias\":\"..\"}} | in the index's folder",
                "{\"weight_map\":{\"0.bias\":1}} | a file for",
                "{\"weight_map\":{\"0.bias\":\"none\"}} | no such file",
                "{\"weight_map\":{\"0.bias\":\"" + INDEX + "\"}} | a header of at most",
                "{\"weight_map\":{\"0.bias\":\"model-00001-of-00002.safetensors\"}} | only tensors of the",
                "{\"weight_map\":{\"a\":\"b\",\"a\":\"b\"}} | uplicate",
                "{\"weight_map\":{\"a\":\"b\"}} {} | the end",
                "{\"weight_map\":{\"a\":\"b\" | JSON"
            })
    void refusesIndices(String json, String words) throws IOException {
        refuses(json, words);
    }

    @Test
    void refusesAnIndexThatListsMore() throws IOException {
        String json = Files.readString(SHARDED.resolve(INDEX));
        refuses(
                json.replace(
                        "\"0.bias\":",
                        "\"more\": \"model-00001-of-00002.safetensors\", \"0.bias\":"),
                "none named \"more\"");
        refuses(json.replaceFirst("00001-of", "00002-of"), "none named \"0.bias\"");
    }

    private void refuses(String json, String words) throws IOException {
        for (int i = 1; i <= 2; i++) {
            String name = "model-0000" + i + "-of-00002.safetensors";
            Files.copy(
                    SHARDED.resolve(name),
                    folder.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(folder.resolve(INDEX), json);
        double[] before = model.parameter("3.weight");
        for (String message :
                List.of(
                        String.valueOf(
                                assertThrows(IOException.class, () -> Safetensors.read(folder))
                                        .getMessage()),
                        String.valueOf(
                                assertThrows(
                                                IOException.class,
                                                () -> Weights.load(folder).into(model))
                                        .getMessage()))) {
            assertTrue(message.contains(words) && message.startsWith(folder.toString()), message);
        }
        assertTrue(Arrays.equals(before, model.parameter("3.weight")));
    }

    private static SafeTensor tensor(Path file, String name) throws IOException {
        return Objects.requireNonNull(Safetensors.read(file).tensors().get(name), name);
    }
}
