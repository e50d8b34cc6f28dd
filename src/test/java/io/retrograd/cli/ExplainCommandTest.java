package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.Methods;
import io.retrograd.attribution.Saliency;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.Npy;
import io.retrograd.model.DigitsNet;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} writes of a run on the digits, and what it refuses. */
class ExplainCommandTest {
    private static final int PIXELS = 64;

    @TempDir private static Path folder;

    private static Path run;
    private static Path digits;
    private static double[] x;

    @BeforeAll
    static void train() throws IOException {
        Cli cli =
                Cli.run(
                        "train",
                        "digits",
                        "--epochs",
                        "1",
                        "--no-check",
                        "--device",
                        "cpu",
                        "--runs",
                        folder.toString(),
                        "--name",
                        "run");
        assertEquals(0, cli.exit(), cli.err());
        run = folder.resolve("run");
        x = new double[3 * PIXELS];
        for (int i = 0; i < 3; i++) {
            Digits.load().sample(i, x, i * PIXELS);
        }
        digits = folder.resolve("x.npy");
        Npy.write(digits, Shape.of(3, 1, 8, 8), x);
    }

    private static Cli explain(String... more) {
        return Cli.run(
                Stream.concat(
                                Stream.of("explain", "--device", "reference", run.toString()),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** All methods, which the digits' network supports, over arrays and pictures. */
    @Test
    void writesMapsPicturesAndAPage() throws IOException {
        Path picture = folder.resolve("a picture.png");
        ImageIO.write(
                new BufferedImage(20, 30, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        Path out = folder.resolve("out");
        Cli cli =
                explain(
                        digits.toString(),
                        picture.toString(),
                        "--most",
                        "4",
                        "--class",
                        "3",
                        "--out",
                        out.toString());
        assertEquals(0, cli.exit(), cli.err());
        JsonNode samples = json(out.resolve("explain.json")).get("samples");
        assertEquals(4, samples.size());
        assertEquals("a picture.png", samples.get(3).get("input").asText());
        assertEquals(3, samples.get(0).get("class").asInt());
        assertEquals(Methods.names().size(), samples.get(0).get("maps").size());
        for (JsonNode map : samples.get(0).get("maps")) {
            BufferedImage image = ImageIO.read(out.resolve(map.get("picture").asText()).toFile());
            assertEquals(2 * 240 + 8, image.getWidth());
            assertEquals(240, image.getHeight());
            JsonNode found = json(out.resolve(map.get("numbers").asText()));
            assertEquals(PIXELS, found.get("heat").size());
        }
        assertArrayEquals(
                saliency(), numbers(json(out.resolve("1-x_0-saliency.json")).get("heat")), 1e-12);
        String page = Files.readString(out.resolve("explain.html"));
        assertTrue(page.contains("a picture.png"), page);
        assertFalse(page.contains("http") || page.contains("src=\"/"), "nothing beside the page");
    }

    private static double[] saliency() throws IOException {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(DigitsNet.of(10), Shape.of(1, 8, 8), backend, 1);
                Attribution on = Attribution.of(model)) {
            Checkpoint.load(run.resolve("model.safetensors"), model.parameters());
            return on.explain(new Saliency(), Arrays.copyOf(x, PIXELS), 3).heat();
        }
    }

    @Test
    void comparesWithRandomWeights() throws IOException {
        Path out = folder.resolve("sane");
        Cli cli =
                explain(
                        digits.toString(),
                        "--method",
                        "saliency,guided-backprop",
                        "--sanity",
                        "--out",
                        out.toString());
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.out().contains("alike with random weights"), cli.out());
        JsonNode results = json(out.resolve("explain.json")).get("sanity");
        assertEquals("guided-backprop", results.get(1).get("method").asText());
        assertEquals(6, results.get(1).get("stages").size());
        assertTrue(Files.readString(out.resolve("explain.html")).contains("Sanity check"));
    }

    @Test
    void makesFeaturesAndAdversaries() throws IOException {
        Path out = folder.resolve("features");
        Cli cli = explain("--features", "3,9:12", "--out", out.toString(), "--json");
        assertEquals(0, cli.exit(), cli.err());
        JsonNode features = new ObjectMapper().readTree(cli.lastLine()).get("features");
        assertEquals(2, features.size());
        for (JsonNode feature : features) {
            assertTrue(feature.get("last").asDouble() > feature.get("first").asDouble());
            assertTrue(Files.exists(out.resolve(feature.get("picture").asText())));
        }
        Path other = folder.resolve("adversaries");
        cli =
                explain(
                        digits.toString(),
                        "--adversarial",
                        "--epsilon",
                        "64,2",
                        "--out",
                        other.toString());
        assertEquals(0, cli.exit(), cli.err());
        JsonNode found = json(other.resolve("explain.json")).get("adversarial");
        assertEquals(2.0 / 255, found.at("/curve/0/epsilon").asDouble(), 1e-15);
        assertEquals(3, found.get("samples").size());
        for (int i = 0; i < 3; i++) {
            JsonNode sample = found.get("samples").get(i);
            double[] changed = numbers(sample.get("values"));
            for (int j = 0; j < PIXELS; j++) {
                double change = Math.abs(changed[j] - x[i * PIXELS + j]);
                assertTrue(change <= sample.get("epsilon").asDouble() + 1e-12);
            }
            assertTrue(sample.get("deceives").asBoolean(), "of 64 levels: " + sample);
        }
    }

    @Test
    void refusesInOneLine() throws IOException {
        String input = digits.toString();
        Path flat = folder.resolve("flat.npy");
        Npy.write(flat, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        refuses(2, "--method: expected one of saliency", input, "--method", "nosuch");
        refuses(2, "--class: expected a number from 0 to 9", input, "--class", "ten");
        refuses(2, "--features: expected a number from 0 to 9", "--features", "ten");
        refuses(2, "--features: expected no input", input, "--features", "1");
        refuses(2, "got 64", "--features", "9:64", "--out", folder.resolve("o").toString());
        refuses(2, "--adversarial: expected no", input, "--adversarial", "--sanity");
        refuses(2, "--epsilon", input, "--adversarial", "--epsilon", "0");
        refuses(2, "behind the run");
        refuses(1, "pictures, got shape (3)", flat.toString());
        refuses(1, "none.png", folder.resolve("none.png").toString());
        Path file = Files.writeString(folder.resolve("file"), "");
        refuses(1, file.toString(), input, "--out", file.toString());
    }

    private static void refuses(int exit, String words, String... arguments) {
        Cli cli = explain(arguments);
        String err = cli.err();
        assertTrue(err.contains(words), words + ": " + err);
        assertEquals(exit, cli.exit(), err);
        assertFalse(err.contains("\tat "), err);
    }
}
