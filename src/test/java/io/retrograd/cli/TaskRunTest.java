package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Network;
import io.retrograd.loss.Loss;
import io.retrograd.loss.LossSum;
import io.retrograd.loss.MseLoss;
import io.retrograd.task.Task;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ColumnDataset;
import io.retrograd.train.Dataset;
import io.retrograd.train.Model;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/** {@code train} on tasks whose targets are no classes. */
@Tag("slow")
class TaskRunTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void aDetectorLearns() throws IOException {
        String runs = folder.toString();
        Cli end =
                Cli.run(
                        "train",
                        "shapes-detection",
                        "--device",
                        "cpu",
                        "--threads",
                        "1",
                        "--epochs",
                        "2",
                        "--runs",
                        runs,
                        "--name",
                        "a",
                        "--json");
        assertEquals(0, end.exit(), end.err());
        assertTrue(end.err().contains("gradients checked on a small yolo"), end.err());
        assertTrue(end.err().contains("gradients checked on YoloLoss"), end.err());
        JsonNode summary = new ObjectMapper().readTree(end.lastLine());
        // Two epochs of thirty: about 0.3, where chance is 0.
        assertTrue(summary.get("map_50").asDouble() > 0.1, end.out());
        assertTrue(summary.get("map_50_95").asDouble() < summary.get("map_50").asDouble());
        BufferedImage picture = ImageIO.read(folder.resolve("a/test.png").toFile());
        assertNotNull(picture);
        assertEquals(1024, picture.getWidth());
        List<String> history = Files.readAllLines(folder.resolve("a/history.jsonl"));
        assertEquals(2, history.size());
        assertEquals(0, Cli.run("runs", "--runs", runs).exit());
        assertTrue(Cli.run("runs", "--runs", runs).out().contains("shapes-detection"));
        String page = Files.readString(folder.resolve("a/report.html"));
        assertTrue(page.contains("map 50 95"));
        assertTrue(page.contains("Samples of the test"));
    }

    /** Four steps, of which a kill behind the third leaves a checkpoint. */
    @Test
    void oneThatWasKilledGoesOnToTheSameNumbers() throws IOException {
        TrainCommand command =
                command(
                        "digit-strips",
                        "--device",
                        "cpu",
                        "--deterministic",
                        "--epochs",
                        "1",
                        "--batch",
                        "2",
                        "--checkpoint-every",
                        "3steps",
                        "--runs",
                        folder.toString(),
                        "--name",
                        "b");
        assertEquals(0, new TaskRun(command, new Doubling(), null).run());
        Path run = folder.resolve("b");
        JsonNode before = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
        byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
        Map<String, FileTime> checkpoints = checkpoints(run);
        assertFalse(checkpoints.isEmpty());
        Files.delete(run.resolve("summary.json"));
        Files.delete(run.resolve("model.safetensors"));
        String said = said();
        ResumedRun resumed = ResumedRun.of(command("--resume", run.toString()), run.toString());
        assertEquals(0, new TaskRun(resumed.command(), new Doubling(), resumed).run());
        assertTrue(said().substring(said.length()).contains("going on from"), said());
        JsonNode after = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
        assertEquals(before.get("weight"), after.get("weight"));
        assertArrayEquals(model, Files.readAllBytes(run.resolve("model.safetensors")));
        assertEquals(1, Files.readAllLines(run.resolve("history.jsonl")).size());
        // One step more, so that no other checkpoint is due.
        assertEquals(checkpoints, checkpoints(run));
    }

    private static Map<String, FileTime> checkpoints(Path run) throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(run.resolve("checkpoints"))) {
            for (Path file : files) {
                times.put(file.toString(), Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    private TrainCommand command(String... arguments) {
        List<String> line = new ArrayList<>(List.of("train"));
        line.addAll(List.of(arguments));
        CommandSpec spec =
                Main.line().parseArgs(line.toArray(String[]::new)).subcommand().commandSpec();
        spec.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        return (TrainCommand) spec.userObject();
    }

    private String said() {
        return out.toString();
    }

    /** A network of one weight that learns to double. */
    private static final class Doubling implements Task {
        private static final Shape ONE = Shape.of(1);

        @Override
        public String name() {
            return "digit-strips";
        }

        @Override
        public String model() {
            return "unet";
        }

        @Override
        public Layer network() {
            return new Linear(1);
        }

        @Override
        public Shape sampleShape() {
            return ONE;
        }

        @Override
        public Loss loss() {
            return new MseLoss();
        }

        @Override
        public Settings settings() {
            return new Settings(1, 2, 0.1, 0);
        }

        @Override
        public Dataset training(long seed) {
            double[][] x = new double[8][];
            double[][] y = new double[8][];
            Arrays.setAll(x, i -> new double[] {i + seed});
            Arrays.setAll(y, i -> new double[] {2.0 * (i + seed)});
            return ColumnDataset.ofInput(Network.INPUT, ONE, x).target(LossSum.TARGET, ONE, y);
        }

        @Override
        public Result test(Model model) {
            Map<String, Double> measures = Map.of("weight", model.parameter("weight")[0]);
            return new Result(8, measures, new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
        }
    }

    @Test
    void optionsThatWouldChangeNothingAreRefused() {
        for (List<String> option :
                List.of(
                        List.of("--model", "lenet5"),
                        List.of("--find-lr"),
                        List.of("--freeze", "0.*"),
                        List.of("--tensorboard", "x"))) {
            List<String> line =
                    new ArrayList<>(List.of("train", "digit-strips", "--runs", folder.toString()));
            line.addAll(option);
            Cli end = Cli.run(line.toArray(String[]::new));
            assertEquals(2, end.exit());
            assertTrue(end.err().contains(option.get(0)), end.err());
            assertTrue(end.err().contains("digit-strips"), end.err());
        }
    }
}
