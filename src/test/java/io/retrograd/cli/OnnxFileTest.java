package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.interop.Npy;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.onnx.ExportOptions;
import io.retrograd.onnx.Onnx;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a network of an ONNX file. */
class OnnxFileTest {
    private static final Shape SAMPLE = Shape.of(3, 9, 8);
    private static final int SAMPLES = 5;
    private static final String CLASSES = "[\"pear\", \"plum\", \"quince\"]";

    /** A file holds float32. */
    private static final double FLOAT32 = 1e-6;

    private static final double FLOAT16 = 5e-3;

    @TempDir private static Path folder;

    private static Path file;
    private static Path input;
    private static double[] expected = {};

    @BeforeAll
    static void write() throws IOException {
        file = folder.resolve("fruit.onnx");
        input = folder.resolve("x.npy");
        double[] x =
                IntStream.range(0, SAMPLES * (int) SAMPLE.size())
                        .mapToDouble(i -> Philox.uniform(/* seed= */ 5, /* stream= */ 0, i))
                        .toArray();
        Npy.write(input, SAMPLE.batch(SAMPLES), x);
        Layer network =
                new Sequential(
                        new Conv2d(6, 3),
                        new BatchNorm(),
                        new Relu(),
                        new GlobalAvgPool2d(),
                        new Linear(3));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, SAMPLE, backend, /* seed= */ 3)) {
            Onnx.write(model, file, new ExportOptions().metadata("classes", CLASSES));
            expected = model.predict(x);
        }
    }

    private static Cli run(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--device";
        all[words.length + 1] = "reference";
        return Cli.run(all);
    }

    private static double[] predicted(Path network) throws IOException {
        Path out = folder.resolve("y.npy");
        Cli cli =
                run("predict", "--model", network.toString(), input.toString(), "--out", "" + out);
        assertEquals(0, cli.exit(), cli.err());
        return Npy.read(out).doubles();
    }

    @Test
    void predictGivesTheModelsNumbers() throws IOException {
        assertArrayEquals(expected, predicted(file), FLOAT32);
        Cli cli = run("predict", "--model", file.toString(), input.toString());
        int top = expected[0] > expected[1] ? 0 : 1;
        String label = expected[2] > expected[top] ? "quince" : top == 0 ? "pear" : "plum";
        assertTrue(cli.out().contains(label), cli.out());
    }

    @Test
    void exportWritesItAgain() throws IOException {
        Path small = folder.resolve("small.onnx");
        Cli cli = run("export", "--model", "" + file, "" + small, "--fold-batch-norm", "--float16");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(Files.size(small) < Files.size(file), small + " is not small");
        assertArrayEquals(expected, predicted(small), FLOAT16);
        assertFalse(Arrays.equals(expected, predicted(small)));
        assertEquals(CLASSES, Onnx.read(small).metadata().get("classes"));
    }

    @Test
    void explainDrawsIt() {
        Path out = folder.resolve("explained");
        Cli cli =
                run("explain", "--model", "" + file, "" + input, "--out", "" + out, "--most", "1");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(Files.exists(out.resolve("explain.html")));
    }

    @Test
    void whatIsWrongIsALine() throws IOException {
        Path broken = folder.resolve("broken.onnx");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
        for (String command : new String[] {"summary", "gradcheck"}) {
            refused(1, "broken.onnx", command, broken.toString());
        }
        refused(1, "broken.onnx", "predict", "--model", "" + broken, "" + input);
        refused(1, "none.onnx", "summary", folder.resolve("none.onnx").toString());
        Path small = folder.resolve("small.npy");
        Npy.write(small, Shape.of(1, 3, 5, 5), new double[75]);
        refused(1, "(3, 9, 8)", "predict", "--model", "" + file, "" + small);
        refused(2, "--classes", "predict", "--model", "" + file, "--classes", "3", "" + input);
    }

    private static void refused(int exit, String named, String... words) {
        Cli cli = run(words);
        assertEquals(exit, cli.exit(), cli.toString());
        assertTrue(cli.err().contains(named), cli.err());
        assertEquals(1, cli.err().strip().lines().filter(it -> it.contains(named)).count());
    }
}
