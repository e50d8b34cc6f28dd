package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages name the problem of a path and the failed work, in all commands that take one. */
class BadPathsTest {
    private static final String LONG = "n".repeat(300);

    /** Commands with PATH where the path stands. */
    private static final List<String> READERS =
            List.of(
                    "train text --data PATH",
                    "train mnist --data PATH",
                    "train cifar10 --data PATH",
                    "gradflow PATH --device reference",
                    "parity PATH");

    private static final List<String> WRITERS =
            List.of("train digits --no-check --epochs 1 --device reference --runs PATH");

    @TempDir private Path folder;
    private final Map<String, Path> bad = new LinkedHashMap<>();

    @BeforeEach
    void makeThem() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        bad.put("missing", folder.resolve("missing"));
        bad.put("in a missing folder", folder.resolve("none").resolve("missing"));
        bad.put("under a file", file.resolve("below"));
        bad.put("too long", folder.resolve(LONG));
        Path loop = folder.resolve("loop");
        bad.put("a loop of links", Files.createSymbolicLink(loop, loop));
        bad.put(
                "a link to nothing",
                Files.createSymbolicLink(folder.resolve("link"), Path.of("nothing")));
        bad.put("an empty folder", Files.createDirectory(folder.resolve("empty")));
        bad.put("a file", file);
        Path locked = Files.createDirectory(folder.resolve("locked"));
        // Root reads it all the same, and finds nothing there.
        assertTrue(locked.toFile().setReadable(false) && locked.toFile().setExecutable(false));
        bad.put("an unreadable folder", locked);
        Path secret = Files.writeString(folder.resolve("secret"), "a secret");
        assertTrue(secret.toFile().setReadable(false));
        bad.put("an unreadable file", secret);
    }

    @Test
    void readersSayWhatIsWrong() {
        for (String command : READERS) {
            bad.forEach((kind, path) -> refuses(command, path, kind));
        }
    }

    @Test
    void writersSayWhatIsWrong() {
        for (String command : WRITERS) {
            for (String kind : List.of("under a file", "too long", "a loop of links", "a file")) {
                refuses(command, bad.get(kind), kind);
            }
            refuses(command, Path.of("/proc/runs"), "a folder where nothing can be made");
        }
    }

    @Test
    void aPlotThatCannotBeWrittenIsToldWithItsName() throws IOException {
        Path full = Files.createSymbolicLink(folder.resolve("full.png"), Path.of("/dev/full"));
        refuses(
                "gradflow rnn --steps 1 --length 2 --hidden 1 --device reference --plot PATH",
                full,
                "a full disk");
        Path vectors = Files.createSymbolicLink(folder.resolve("full.svg"), Path.of("/dev/full"));
        refuses("summary mlp --device reference --plot PATH", vectors, "a full disk");
    }

    @Test
    void aRunWithoutParametersIsToldWithTheirFile() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve("summary.json"), "{}");
        refuses("gradflow PATH --device reference", run, "a summary that says nothing");
        Files.writeString(run.resolve("summary.json"), "{");
        refuses("gradflow PATH --device reference", run, "a summary that is cut");
        Files.writeString(
                run.resolve("summary.json"),
                "{\"dataset\":\"language-id\",\"model\":\"char-cnn-bigru\",\"split\":\"classic\"}");
        refuses("gradflow PATH --device reference", run, "no parameters");
    }

    private static void refuses(String command, Path path, String kind) {
        String[] words = command.split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].equals("PATH") ? path.toString() : words[i];
        }
        Cli cli = Cli.run(words);
        String what = command + ", " + kind + ": " + cli;
        assertTrue(cli.exit() == 1 || cli.exit() == 2, what);
        // parity reports failed cases and their reasons on standard output.
        String told = lastMessage(cli.err().isEmpty() ? cli.out() : cli.err());
        assertTrue(names(told, path), what);
        String rest = told.replace(path.toString(), "");
        assertTrue(rest.contains("cannot ") || rest.contains("expected "), what);
        assertFalse(told.contains("Exception") || told.contains("java."), what);
    }

    /** The path, or what it goes through. */
    private static boolean names(String told, Path path) {
        return told.contains(path.toString()) || told.contains(String.valueOf(path.getParent()));
    }

    private static String lastMessage(String err) {
        return err.lines()
                .filter(line -> line.startsWith("retrograd: ") || line.startsWith("failed"))
                .reduce((a, b) -> b)
                .orElse("");
    }
}
