package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output and the plots of {@code gradflow}. */
class GradflowCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The error of the norm after clipping, which divides by the norm and 1e-6, in float32. */
    private static final double ROUNDING = 1e-5;

    @TempDir private Path folder;

    /** The plain RNN's gradient vanishes, the large one's explodes, and clipping lets it learn. */
    @Test
    void clippingCuresTheExplodingGradient() throws Exception {
        JsonNode networks =
                JSON.readTree(
                                Cli.run(
                                                "gradflow",
                                                "rnn",
                                                "--threads",
                                                "1",
                                                "--json",
                                                "--seed",
                                                "3")
                                        .lastLine())
                        .get("networks");
        assertEquals(
                List.of("RNN", "RNN, radius 1.6", "RNN, radius 1.6, clipped"),
                networks.findValuesAsText("name"));
        JsonNode plain = networks.get(0).get("before");
        double radius = plain.get("spectral_radius").asDouble();
        assertTrue(radius < 0.7, "radius " + radius);
        // tanh' is a little below 1 at these states, so the norm falls a little faster.
        assertEquals(radius, plain.get("decay").asDouble(), 0.1 * radius);
        JsonNode large = networks.get(1).get("before");
        assertEquals(1.6, large.get("spectral_radius").asDouble(), 1e-6);
        assertTrue(large.get("decay").asDouble() > 1.03, large.get("decay").asText());
        JsonNode free = networks.get(1);
        JsonNode clipped = networks.get(2);
        assertTrue(largest(free.get("gradient_norm")) > 5, free.toString());
        assertTrue(largest(clipped.get("gradient_norm")) <= 1 + ROUNDING, clipped.toString());
        assertTrue(last(free.get("loss")) > 1.9, free.toString());
        assertTrue(last(clipped.get("loss")) < 1.5, clipped.toString());
    }

    @Test
    void gatesKeepWhatTheRnnLoses() throws Exception {
        JsonNode networks =
                JSON.readTree(
                                Cli.run("gradflow", "--steps", "2", "--threads", "1", "--json")
                                        .lastLine())
                        .get("networks");
        assertEquals(5, networks.size());
        assertTrue(networks.get(0).get("before").get("decay").asDouble() < 0.65);
        for (int gated = 1; gated <= 2; gated++) {
            double decay = networks.get(gated).get("before").get("decay").asDouble();
            assertTrue(decay > 0.9 && decay < 1.1, networks.get(gated).toString());
        }
        assertEquals(40, networks.get(0).get("after").get("norms").size());
    }

    @Test
    void drawsAndPrintsATable() throws Exception {
        Path plot = folder.resolve("flow.png");
        Cli cli =
                Cli.run(
                        "gradflow",
                        "--length",
                        "6",
                        "--hidden",
                        "5",
                        "--steps",
                        "3",
                        "--threads",
                        "1",
                        "--plot",
                        plot.toString());
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.out().contains("spectral radius of w_hh"), cli.out());
        BufferedImage image = ImageIO.read(plot.toFile());
        assertEquals(2 * 2 * 760, image.getWidth());
        assertEquals(2 * 2 * 560, image.getHeight());
        // The colors of RNN, LSTM and GRU, in the legend and in the lines.
        for (int color : new int[] {0x0072B2, 0xE69F00, 0x009E73}) {
            assertTrue(count(image, color) > 1000, Integer.toHexString(color));
        }
    }

    @Test
    void loadsARun() throws Exception {
        Path texts = folder.resolve("texts.tsv");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append(i % 2 == 0 ? "even\tab ab ab " : "odd\tba ba ").append(i).append('\n');
        }
        Files.writeString(texts, lines);
        String run = trained("text", "--data", texts.toString(), "--model", "char-cnn-bigru");
        Cli cli = Cli.run("gradflow", run, "--data", texts.toString(), "--json");
        assertEquals(0, cli.exit(), cli.err());
        JsonNode layers = JSON.readTree(cli.lastLine()).get("layers");
        assertEquals(List.of("GRU body.6", "GRU body.6 reverse"), layers.findValuesAsText("name"));
        JsonNode first = layers.get(0);
        assertTrue(
                first.get("before").get("decay").asDouble()
                        != first.get("after").get("decay").asDouble(),
                cli.lastLine());
        Cli without = Cli.run("gradflow", run);
        assertEquals(2, without.exit());
        assertTrue(without.err().contains("--data"), without.err());
    }

    @Test
    void aRunWithoutARecurrentLayerIsRefused() {
        Cli cli = Cli.run("gradflow", trained("digits"));
        assertEquals(2, cli.exit());
        assertTrue(cli.err().contains("expected a network with a recurrent layer"), cli.err());
        assertEquals(1, cli.err().strip().lines().count(), cli.err());
    }

    private static double largest(JsonNode numbers) {
        double largest = 0;
        for (JsonNode number : numbers) {
            largest = Math.max(largest, number.asDouble());
        }
        return largest;
    }

    /** The mean of the last ten. */
    private static double last(JsonNode numbers) {
        double sum = 0;
        for (int i = numbers.size() - 10; i < numbers.size(); i++) {
            sum += numbers.get(i).asDouble();
        }
        return sum / 10;
    }

    private static int count(BufferedImage image, int color) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == color ? 1 : 0;
            }
        }
        return count;
    }

    /** The folder of a run of one epoch. */
    private String trained(String... what) {
        List<String> words = new ArrayList<>(List.of("train"));
        words.addAll(List.of(what));
        words.addAll(List.of("--epochs", "1", "--no-check", "--name", "run"));
        words.addAll(List.of("--runs", folder.toString()));
        Cli cli = Cli.run(words.toArray(String[]::new));
        assertEquals(0, cli.exit(), cli.err());
        return folder.resolve("run").toString();
    }
}
