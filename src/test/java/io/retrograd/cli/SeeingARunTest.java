package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train} and {@code runs report} leave to look at. */
class SeeingARunTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    private Cli train(String... options) {
        List<String> all = new ArrayList<>(List.of("train", "digits", "--device", "reference"));
        all.addAll(List.of("--no-check", "--batch", "64", "--runs", folder.toString()));
        all.addAll(List.of(options));
        return Cli.run(all.toArray(String[]::new));
    }

    private Cli report(String name) {
        return Cli.run("runs", "report", name, "--runs", folder.toString());
    }

    @Test
    void aRunHasItsPageAndItsEvents() throws IOException {
        Path board = folder.resolve("board");
        Cli end =
                train(
                        "--name",
                        "a",
                        "--epochs",
                        "2",
                        "--early-stop",
                        "5",
                        "--tensorboard",
                        board.toString());
        assertEquals(0, end.exit(), end.err());
        Path page = folder.resolve("a/report.html");
        assertEquals("report in " + page, end.lastLine());
        String html = Files.readString(page);
        for (String section :
                List.of(
                        "Curves",
                        "Confusion",
                        "Worst mistakes",
                        "First-layer kernels",
                        "Gradient norms by layer",
                        "Time by layer",
                        "Settings")) {
            assertTrue(html.contains("<h2>" + section + "</h2>"), section);
        }
        JsonNode summary = JSON.readTree(folder.resolve("a/summary.json").toFile());
        String accuracy = String.format("%.2f %%", 100 * summary.path("test_accuracy").asDouble());
        assertTrue(html.contains("<dd>" + accuracy + "</dd>"), accuracy);
        assertTrue(html.contains("validation, epoch 2: "));
        try (Stream<Path> files = Files.list(board)) {
            assertEquals(1, files.filter(f -> f.toString().contains("tfevents")).count());
        }
        byte[] first = Files.readAllBytes(page);
        Files.delete(page);
        assertEquals(0, report("a").exit());
        assertArrayEquals(first, Files.readAllBytes(page));
    }

    @Test
    void aRunThatFailsHasItsPageToo() throws IOException {
        Cli end = train("--name", "b", "--epochs", "3", "--lr", "1e200", "--schedule", "constant");
        assertEquals(1, end.exit());
        assertEquals(1, end.err().lines().count(), end.err());
        String html = Files.readString(folder.resolve("b/report.html"));
        assertTrue(html.contains("by an error"), html);
        assertTrue(html.contains("lower the learning rate"), html);
    }

    @Test
    void learningRatesAreTriedInPlaceOfTraining() throws IOException {
        Cli end = train("--name", "c", "--find-lr", "--json");
        assertEquals(0, end.exit(), end.err());
        JsonNode found = JSON.readTree(end.lastLine());
        double suggested = found.path("suggested_lr").asDouble();
        assertTrue(suggested > 1e-5 && suggested < 1, end.out());
        assertTrue(end.err().contains("suggested: --lr "), end.err());
        String html = Files.readString(folder.resolve("c/find-lr.html"));
        assertTrue(html.contains("minimum / 10"), html);
        assertFalse(html.contains("http:") || html.contains("https:"), html);
        assertFalse(Files.exists(folder.resolve("c/history.jsonl")));
    }

    @Test
    void whatIsNoRunIsToldInALine() throws IOException {
        Files.createDirectory(folder.resolve("empty"));
        for (String name : List.of("missing", "empty", "..", "a/b")) {
            Cli end = report(name);
            assertEquals(2, end.exit(), name);
            assertEquals(1, end.err().lines().count(), end.err());
            assertTrue(end.err().contains("expected the ") || end.err().contains("expected a run"));
        }
    }

    @Test
    void aBrowserThatIsNotThereIsNoError() {
        Path page = Path.of("page.html");
        assertNull(Browser.open(page, List.of(List.of("true"))));
        assertNull(Browser.open(page, List.of(List.of("no-such-program"), List.of("true"))));
        String failed = Browser.open(page, List.of(List.of("false")));
        assertNotNull(failed);
        assertTrue(failed.endsWith("open page.html yourself"), failed);
        String none = Browser.open(page, List.of(List.of("no-such-program")));
        assertNotNull(none);
        assertTrue(none.startsWith("expected no-such-program, got none"), none);
    }
}
