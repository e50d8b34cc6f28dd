package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ChildJava;
import io.retrograd.tensor.Shape;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code retrograd bench} without a network, from trees whose {@code bench/run} only tells. */
class BenchScriptTest {
    private static final int SECONDS = 60;

    /** Its arguments a line each, then what it reads; its errors; a status of its own. */
    private static final String TELLING =
            """
            printf '%s\\n' "$@"
            cat
            echo telling >&2
            exit 7
            """;

    @TempDir private Path tree;

    @Test
    void everyArgumentArrivesAndTheStatusIsPassedOn() throws Exception {
        script(TELLING);
        List<String> words =
                List.of(
                        "--device",
                        "cuda",
                        "--precision",
                        "tf32",
                        "--threads",
                        "3",
                        "--seconds",
                        "0.5",
                        "--batch=7",
                        "--nets",
                        "mlp,lenet5",
                        "--python",
                        "a folder/python",
                        "",
                        "bench",
                        "--full");
        Cli cli = program("read", words);
        assertEquals(7, cli.exit(), cli.err());
        assertEquals(String.join("\n", words) + "\nread", cli.out());
        assertEquals("telling", cli.err().strip());
    }

    @Test
    void aScriptThatFailsIsNotDressedUp() throws Exception {
        script("set -e\nno-such-program\n");
        Cli cli = program("", List.of());
        assertEquals(127, cli.exit(), cli.err());
        assertEquals("", cli.out());
        assertFalse(cli.err().contains("\tat "), cli.err());
    }

    @Test
    void withoutAScriptTheNetworkIsAskedFor() throws Exception {
        Cli cli = program("", List.of("--full"));
        assertEquals(1, cli.exit());
        assertEquals(1, cli.err().lines().count(), cli.err());
        assertTrue(cli.err().contains("give --net"), cli.err());
    }

    @Test
    void withANetworkAnUnknownOptionIsRefused() throws Exception {
        script(TELLING);
        Cli cli = program("", List.of("--net", "mlp", "--full"));
        assertEquals(2, cli.exit());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("--full"), cli.err());
    }

    @Test
    void helpTellsBoth() {
        Cli cli = Cli.run("bench", "--help");
        assertEquals(0, cli.exit());
        assertTrue(cli.out().contains("bench/run") && cli.out().contains("--net"), cli.out());
    }

    @Test
    void onlyTheFolderTargetHasAScript() throws Exception {
        Path script = script(TELLING);
        Path target = tree.resolve("target");
        assertEquals(Optional.of(script), BenchScript.beside(target.resolve("retrograd.jar")));
        assertEquals(Optional.empty(), BenchScript.beside(tree.resolve("lib/retrograd.jar")));
        assertEquals(Optional.empty(), BenchScript.beside(target.resolve("lib").resolve("a.jar")));
        assertEquals(Optional.empty(), BenchScript.beside(Path.of("/")));
    }

    private Path script(String text) throws IOException {
        Path file = tree.resolve("bench").resolve("run");
        Files.createDirectories(tree.resolve("bench"));
        return Files.writeString(file, text);
    }

    /** Runs our program from classes that lie in the tree, in another folder. */
    private Cli program(String input, List<String> words) throws Exception {
        Path from =
                Path.of(Shape.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path classes = tree.resolve("target").resolve("classes");
        copy(from, classes);
        String path =
                System.getProperty("java.class.path").replace(from.toString(), classes.toString());
        assertTrue(path.contains(classes + File.pathSeparator), path);
        List<String> command = new ArrayList<>(ChildJava.command());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", path, Main.class.getName()));
        command.add("bench");
        command.addAll(words);
        Path in = Files.writeString(tree.resolve("in"), input);
        Path out = tree.resolve("out");
        Path err = tree.resolve("err");
        Process child =
                new ProcessBuilder(command)
                        .directory(tree.toFile())
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            assertTrue(child.waitFor(SECONDS, TimeUnit.SECONDS), "it hangs");
        } finally {
            child.destroyForcibly();
        }
        return new Cli(
                child.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a)
                            throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(folder)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        Files.copy(file, to.resolve(from.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
