package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} on tasks whose targets are no classes. */
class TaskRunTest {
    @TempDir private Path folder;

    @Test
    void aDetectorLearns() throws IOException {
        String runs = folder.toString();
        Cli end =
                Cli.run(
                        "train",
                        "shapes-detection",
                        "--device",
                        "cpu",
                        "--epochs",
                        "2",
                        "--runs",
                        runs,
                        "--name",
                        "a",
                        "--json");
        assertEquals(0, end.exit(), end.err());
        assertTrue(end.err().contains("gradients checked on a small yolo"), end.err());
        assertTrue(end.err().contains("gradients checked on CustomLoss"), end.err());
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

    /** As if it had been killed behind the third of four steps. */
    @Test
    void oneThatWasKilledGoesOnToTheSameNumbers() throws IOException {
        String[] common = {
            "train",
            "cells-segmentation",
            "--device",
            "cpu",
            "--threads",
            "1",
            "--deterministic",
            "--epochs",
            "1",
            "--batch",
            "100",
            "--checkpoint-every",
            "3steps",
            "--runs",
            folder.toString(),
            "--name",
            "b"
        };
        Cli whole = Cli.run(common);
        assertEquals(0, whole.exit(), whole.err());
        Path run = folder.resolve("b");
        JsonNode before = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
        byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
        Path checkpoints = run.resolve("checkpoints");
        Files.delete(run.resolve("summary.json"));
        Cli again = Cli.run("train", "--resume", run.toString(), "--json");
        assertEquals(0, again.exit(), again.err());
        assertTrue(again.err().contains("going on from"), again.err());
        JsonNode after = new ObjectMapper().readTree(again.lastLine());
        assertEquals(before.get("iou_cells"), after.get("iou_cells"));
        assertArrayEquals(model, Files.readAllBytes(run.resolve("model.safetensors")));
        assertTrue(Files.isDirectory(checkpoints));
        assertEquals(1, Files.readAllLines(run.resolve("history.jsonl")).size());
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
