package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.data.Texts;
import io.retrograd.data.Vocabulary;
import io.retrograd.file.Faults;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that a run leaves are whole, whatever stops it. */
class RunDirectoryTest {
    @TempDir private Path folder;

    @Test
    void summary() throws IOException {
        Faults.inject(
                "runs/a/summary.json",
                (at, version) -> {
                    Path run = at.resolve("runs/a");
                    WholeFile.createFolders(run);
                    new RunDirectory(run).saveSummary(Map.of("version", version));
                });
    }

    @Test
    void texts() throws IOException {
        for (String file : List.of("vocabulary.txt", "labels.txt")) {
            Faults.inject(
                    file,
                    (at, version) -> {
                        List<String> texts = List.of("a".repeat(version), "b");
                        Vocabulary words = Vocabulary.of(Vocabulary.Unit.WORDS, texts, 9);
                        List<String> names = List.of("x".repeat(version), "y");
                        RunDirectory run = new RunDirectory(at);
                        run.saveTexts(new Texts(words, texts, new int[] {0, 1}, names, 2));
                        run.saveLabels(names);
                    });
        }
    }

    /** As where the disk is full: what cannot be written ends the command, in a line. */
    @Test
    void whatCannotBeWrittenIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        Cli end =
                Cli.run(
                        ("train digits --no-check --device reference --runs " + file + "/runs")
                                .split(" "));
        assertEquals(1, end.exit());
        assertEquals(1, end.err().lines().count(), end.err());
        assertTrue(end.err().startsWith("retrograd: " + file + ": expected a folder"), end.err());
    }

    @Test
    void aRunTakesAFolderOfItsOwnAndCleansOthers() throws IOException {
        Path first = new RunDirectory(folder, "run").folder();
        Files.writeString(first.resolve(".retrograd-1.part"), "half a checkpoint");
        assertEquals(folder.resolve("run-2"), new RunDirectory(folder, "run").folder());
        try (Stream<Path> left = Files.list(first)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
