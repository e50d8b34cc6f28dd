package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.layer.Add;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerValues;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.model.Models;
import io.retrograd.operation.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network comes back from its JSON as it was, and nothing but a network does. */
class NetworkJsonTest {
    private static final Path LAYERS = Path.of("src/main/java/io/retrograd/layer");

    @TempDir private Path folder;

    private void comesBack(Layer network) throws IOException {
        Path file = folder.resolve("network.json");
        NetworkJson.write(file, network);
        Layer again = NetworkJson.read(file);
        assertEquals(network.toString(), again.toString());
        assertEquals(LayerValues.of(network), LayerValues.of(again));
        if (!Files.readString(file).contains("\"Graph\"")) {
            assertEquals(network, again);
        }
    }

    @Test
    void allModels() throws IOException {
        for (String name : Models.names()) {
            comesBack(Models.get(name).create());
        }
        for (Models.Form small : Models.smallForms().values()) {
            comesBack(small.network());
        }
    }

    @Test
    void allLayersOfTheCatalogue() throws IOException {
        Set<String> written = new TreeSet<>();
        for (LayerCatalogue.Entry entry : LayerCatalogue.entries()) {
            Layer layer = entry.layer().orElse(new Sequential());
            if (layer.toString().matches("(?s).*(Custom|WithStates).*")) {
                assertThrows(IllegalArgumentException.class, () -> LayerValues.of(layer));
                continue;
            }
            comesBack(layer);
            String json = Files.readString(folder.resolve("network.json"));
            java.util.regex.Matcher types =
                    java.util.regex.Pattern.compile("\"type\" : \"(\\w+)\"").matcher(json);
            while (types.find()) {
                written.add(types.group(1));
            }
        }
        Set<String> missing = new TreeSet<>(layers());
        missing.removeAll(written);
        missing.removeAll(Set.of("Add", "Mul", "CrossAttention", "Graph", "Custom", "Padded"));
        assertEquals(Set.of(), missing, "layers whose JSON no test has seen");
    }

    /** The names of all classes of layers and joins, from their sources. */
    private static Set<String> layers() throws IOException {
        try (Stream<Path> files = Files.list(LAYERS)) {
            return files.map(f -> f.getFileName().toString().replace(".java", ""))
                    .filter(NetworkJsonTest::layer)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean layer(String name) {
        try {
            Class<?> type = Class.forName("io.retrograd.layer." + name);
            boolean concrete =
                    !type.isInterface()
                            && !java.lang.reflect.Modifier.isAbstract(type.getModifiers());
            return concrete
                    && (Layer.class.isAssignableFrom(type)
                            || io.retrograd.layer.Join.class.isAssignableFrom(type));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Test
    void settingsAndGraphs() throws IOException {
        comesBack(
                new Sequential(
                        new Conv2d(8, 3, 1)
                                .stride(2, 1)
                                .padding(1, 0)
                                .dilation(1, 2)
                                .groups(2)
                                .bias(false)
                                .weightInit(Initializer.normal(0.01)),
                        new Rnn(3).relu(true).layers(2).bidirectional(true).dropout(0.25),
                        new Gru(2).stateful(true).batchFirst(false)));
        comesBack(
                Graph.of("x", "z")
                        .node("words", new Embedding(9, 4), "x")
                        .node("left", new Linear(4), "words")
                        .shared("right", "left", "z")
                        .node("both", new Add(), "left", "right")
                        .node("out", new Linear(9).bias(false), "both")
                        .tied("out.weight", "words.weight")
                        .outputs("out", "both"));
    }

    @Test
    void codeIsNotWritten() {
        Layer own = new Sequential(new Relu(), Custom.of("square", x -> x * x, x -> 2 * x));
        Path file = folder.resolve("network.json");
        String message =
                assertThrows(IllegalArgumentException.class, () -> NetworkJson.write(file, own))
                        .getMessage();
        assertTrue(message.contains("by its code only"), message);
        assertTrue(Files.notExists(file));
        Layer drawn = new Linear(2).weightInit((shape, seed, stream) -> i -> 0);
        assertThrows(IllegalArgumentException.class, () -> LayerValues.of(drawn));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"type\": 3}",
                "{\"type\": \"Custom\", \"function\": {}}",
                "{\"type\": \"java.lang.Runtime\"}",
                "{\"type\": \"LayerReader\"}",
                "{\"type\": \"Add\"}",
                "{\"type\": \"Relu\", \"more\": 1}",
                "{\"type\": \"Linear\", \"units\": -1, \"bias\": true,"
                        + " \"weightInit\": \"defaultWeight\"}",
                "{\"type\": \"Linear\", \"units\": 1.5, \"bias\": true,"
                        + " \"weightInit\": \"defaultWeight\"}",
                "{\"type\": \"Linear\", \"units\": 1, \"bias\": true, \"weightInit\": \"evil\"}",
                "{\"type\": \"Linear\", \"units\": 1, \"bias\": true}",
                "{\"type\": \"Dropout\", \"p\": 2}",
                "{\"type\": \"Dropout\", \"p\": \"NaN\"}",
                "{\"type\": \"Sequential\", \"layers\": [null]}",
                "{\"type\": \"Sequential\", \"layers\": {}}",
                "{\"type\": \"MaxPool2d\", \"kernel\": [0, 2], \"stride\": [2, 2],"
                        + " \"padding\": [0, 0], \"dilation\": [1, 1], \"ceilMode\": false}",
                "{\"type\": \"Gelu\", \"approximate\": \"SOME\"}",
                "{\"type\": \"Reshape\", \"sizes\": [-2]}",
                "{\"type\": \"Graph\", \"inputs\": [], \"nodes\": [], \"ties\": {},"
                        + " \"outputs\": []}",
            })
    void nothingElseIsRead(String network) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("network.json"),
                        "{\"format\": \"retrograd network 1\", \"network\": " + network + "}");
        String message =
                Objects.requireNonNull(
                        assertThrows(FormatException.class, () -> NetworkJson.read(file))
                                .getMessage());
        assertTrue(message.startsWith(file.toString()), message);
        assertEquals(List.of(), message.lines().skip(1).toList(), message);
    }

    @Test
    void deepNetworksAreRefusedInALine() throws IOException {
        String deep =
                "{\"type\": \"Gate\", \"body\": ".repeat(400)
                        + "{\"type\": \"Relu\"}"
                        + "}".repeat(400);
        Path file =
                Files.writeString(
                        folder.resolve("network.json"),
                        "{\"format\": \"retrograd network 1\", \"network\": " + deep + "}");
        String message =
                assertThrows(FormatException.class, () -> NetworkJson.read(file)).getMessage();
        assertTrue(message.contains("at most 200 layers"), message);
    }
}
