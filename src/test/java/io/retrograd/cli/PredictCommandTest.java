package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.Npy;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code predict} writes, against what the model itself gives. */
class PredictCommandTest {
    private static final int SAMPLES = 41;
    private static final int PIXELS = 64;

    @TempDir private static Path folder;

    private static Path run;
    private static double[] x;
    private static double[] logits;

    @BeforeAll
    static void train() throws IOException {
        Cli cli =
                Cli.run(
                        "train",
                        "digits",
                        "--epochs",
                        "2",
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
        LabelledDataset digits = Digits.load();
        x = new double[SAMPLES * PIXELS];
        for (int i = 0; i < SAMPLES; i++) {
            digits.sample(i, x, i * PIXELS);
        }
        Npy.write(folder.resolve("x.npy"), Shape.of(SAMPLES, 1, 8, 8), x);
        try (Backend backend = Backends.open("reference", "float64", /* threads= */ 1);
                Model model =
                        Model.create(
                                Models.get("mlp").create(10, null),
                                Shape.of(1, 8, 8),
                                backend,
                                1)) {
            Checkpoint.load(run.resolve("model.safetensors"), model.parameters());
            logits = model.predict(x);
        }
    }

    private static Cli predict(String... more) {
        String[] all =
                Stream.concat(Stream.of("predict", "--device", "reference"), Arrays.stream(more))
                        .toArray(String[]::new);
        return Cli.run(all);
    }

    /** In batches that the samples do not fill, over two files. */
    @Test
    void writesTheModelsLogits() throws IOException {
        Path out = folder.resolve("y.npy");
        String input = folder.resolve("x.npy").toString();
        Cli cli = predict(run.toString(), input, input, "--batch", "7", "--out", out.toString());
        assertEquals(0, cli.exit(), cli.err());
        assertEquals(List.of(2L * SAMPLES, 10L), Npy.read(out).dims());
        double[] y = Npy.read(out).doubles();
        assertArrayEquals(logits, Arrays.copyOf(y, logits.length), 1e-12);
        assertArrayEquals(logits, Arrays.copyOfRange(y, logits.length, y.length), 1e-12);
    }

    @Test
    void writesProbabilitiesAsJson() throws IOException {
        Path out = folder.resolve("y.json");
        String input = folder.resolve("x.npy").toString();
        Cli cli = predict(run.toString(), input, "--probabilities", "--out", out.toString());
        assertEquals(0, cli.exit(), cli.err());
        JsonNode all = new ObjectMapper().readTree(out.toFile());
        assertEquals(SAMPLES, all.size());
        for (int i = 0; i < SAMPLES; i++) {
            double sum = 0;
            double sumOfExp = 0;
            int top = 0;
            for (int c = 0; c < 10; c++) {
                sum += all.get(i).get("probabilities").get(c).asDouble();
                sumOfExp += Math.exp(logits[i * 10 + c]);
                top = logits[i * 10 + c] > logits[i * 10 + top] ? c : top;
            }
            assertEquals(1, sum, 1e-12);
            assertEquals(i, all.get(i).get("sample").asInt());
            assertEquals(top, all.get(i).get("class").asInt());
            double p = Math.exp(logits[i * 10 + top]) / sumOfExp;
            assertEquals(p, all.get(i).get("probability").asDouble(), 1e-12);
        }
    }

    @Test
    void printsATable() {
        Cli cli = predict(run.toString(), folder.resolve("x.npy").toString());
        assertEquals(0, cli.exit(), cli.err());
        assertEquals(SAMPLES + 1, cli.out().strip().lines().count(), cli.out());
        assertTrue(cli.out().startsWith("input "), cli.out());
    }

    @Test
    void takesWeightsOfANamedNetwork() throws IOException {
        Path out = folder.resolve("named.npy");
        Cli cli =
                predict(
                        "--model",
                        "mlp",
                        "--classes",
                        "10",
                        "--weights",
                        run.resolve("model.safetensors").toString(),
                        folder.resolve("x.npy").toString(),
                        "--out",
                        out.toString());
        assertEquals(0, cli.exit(), cli.err());
        assertArrayEquals(logits, Npy.read(out).doubles(), 1e-12);
        cli =
                predict(
                        "--model",
                        "mlp",
                        "--classes",
                        "9",
                        "--weights",
                        run.resolve("model.safetensors").toString(),
                        folder.resolve("x.npy").toString());
        assertEquals(2, cli.exit());
        assertTrue(cli.err().contains("of another shape"), cli.err());
    }

    /** Grey pictures, resized to the network's 8 by 8: these are so already. */
    @Test
    void takesPicturesAndFolders() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        double[] pixels = new double[2 * PIXELS];
        for (int n = 0; n < 2; n++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            for (int i = 0; i < PIXELS; i++) {
                int pixel = (i * 37 + n * 101) % 256;
                image.getRaster().setSample(i % 8, i / 8, 0, pixel);
                pixels[n * PIXELS + i] = (float) pixel / 255f;
            }
            ImageIO.write(image, "png", pictures.resolve("p" + n + ".png").toFile());
        }
        Npy.write(folder.resolve("pixels.npy"), Shape.of(2, 1, 8, 8), pixels);
        Path of = folder.resolve("p.npy");
        Path same = folder.resolve("same.npy");
        Cli cli = predict(run.toString(), pictures.toString(), "--out", of.toString());
        assertEquals(0, cli.exit(), cli.err());
        predict(run.toString(), folder.resolve("pixels.npy").toString(), "--out", same.toString());
        assertArrayEquals(Npy.read(same).doubles(), Npy.read(of).doubles(), 1e-12);
    }

    private static Path trained(String name, String... data) {
        List<String> all = new ArrayList<>(List.of("train"));
        all.addAll(List.of(data));
        all.addAll(List.of("--epochs", "1", "--no-check", "--device", "reference"));
        all.addAll(List.of("--model", "mlp", "--runs", folder.toString(), "--name", name));
        Cli cli = Cli.run(all.toArray(String[]::new));
        assertEquals(0, cli.exit(), cli.err());
        return folder.resolve(name);
    }

    /** The rows of another file get the means and deviations of those that were trained on. */
    @Test
    void standardizesTablesAsTheRunDid() throws IOException {
        StringBuilder table = new StringBuilder("a,class,b\n");
        for (int i = 0; i < 40; i++) {
            table.append(1000 + i * i).append(i % 2 == 0 ? ",even," : ",odd,").append(i % 7 - 2e6);
            table.append('\n');
        }
        Path file = Files.writeString(folder.resolve("table.csv"), table);
        Path of = trained("table", "csv", "--data", file.toString(), "--label", "class");
        JsonNode scale = new ObjectMapper().readTree(of.resolve("table.json").toFile());
        double[] rows = {1100, -2e6, 1900, -2e6 + 4};
        double[] standardized = new double[4];
        for (int i = 0; i < 4; i++) {
            double mean = scale.path("means").path(i % 2).asDouble();
            standardized[i] = (rows[i] - mean) / scale.path("stds").path(i % 2).asDouble();
        }
        Npy.write(folder.resolve("rows.npy"), Shape.of(2, 2), standardized);
        Path other = folder.resolve("rows.csv");
        Files.writeString(other, "b;a\n" + rows[1] + ";1100\n" + rows[3] + ";1900\n");
        sameOutput(of, folder.resolve("rows.npy"), other);
        Cli cli = predict(of.toString(), other.toString());
        assertTrue(cli.out().matches("(?s).*\\s(even|odd)\\s.*"), cli.out());
        refuses(2, "not trained on a table", run.toString(), other.toString());
    }

    /** {@code train} divides them too. */
    @Test
    void dividesBytesBy255() throws IOException {
        byte[] bytes = new byte[2 * PIXELS];
        double[] pixels = new double[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 53);
            pixels[i] = (bytes[i] & 0xFF) / 255.0;
        }
        Path whole = folder.resolve("bytes.npy");
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 8, 8)}";
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        array.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
        array.writeBytes(String.format("%-117s%n", header).getBytes(StandardCharsets.UTF_8));
        array.writeBytes(bytes);
        Files.write(whole, array.toByteArray());
        Npy.write(folder.resolve("divided.npy"), Shape.of(2, 1, 8, 8), pixels);
        sameOutput(run, folder.resolve("divided.npy"), whole);
    }

    private static void sameOutput(Path of, Path expected, Path input) throws IOException {
        Path same = folder.resolve("expected-out.npy");
        Path out = folder.resolve("actual-out.npy");
        predict(of.toString(), expected.toString(), "--out", same.toString());
        Cli cli = predict(of.toString(), input.toString(), "--out", out.toString());
        assertEquals(0, cli.exit(), cli.err());
        assertArrayEquals(Npy.read(same).doubles(), Npy.read(out).doubles(), 1e-6);
    }

    @Test
    void refusesInOneLine() throws IOException {
        String input = folder.resolve("x.npy").toString();
        Path other = folder.resolve("other.npy");
        Npy.write(other, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        Path text = Files.writeString(folder.resolve("a.txt"), "hello");
        Path broken = Files.writeString(folder.resolve("broken.npy"), "hello, this is no array");
        refuses(2, "the folder of a run", folder.toString(), input);
        refuses(2, "behind the run", run.toString());
        refuses(2, "--classes and --weights together", "--model", "mlp", input);
        refuses(2, "expected a .npy or .csv file, a picture", run.toString(), text.toString());
        refuses(2, "ends with .npy or .json", run.toString(), input, "--out", "y.txt");
        refuses(2, "in a folder that exists", run.toString(), input, "--out", "/no/y.npy");
        refuses(2, "at least 1", run.toString(), input, "--batch", "0");
        refuses(1, "a NumPy file", run.toString(), broken.toString());
        refuses(1, "samples of shape (1, 8, 8)", run.toString(), input, other.toString());
        refuses(1, "samples of shape (3) those of", run.toString(), other.toString());
        refuses(1, "other", run.toString(), folder.resolve("other-none.npy").toString());
    }

    private static void refuses(int exit, String words, String... arguments) {
        Cli cli = predict(arguments);
        String err = cli.err();
        assertEquals(exit, cli.exit(), err);
        assertTrue(err.contains(words), words + ": " + err);
        assertFalse(err.contains("\tat "), err);
    }
}
