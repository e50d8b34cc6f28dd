package io.retrograd.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The source tree's {@code bench/run}, which compares whole training steps with other libraries.
 */
final class BenchScript {
    private static final String BUILD_FOLDER = "target";

    private BenchScript() {}

    /** The script of the tree that this program was built in; empty where it lies elsewhere. */
    static Optional<Path> find() {
        CodeSource source = BenchScript.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            return beside(Path.of(source.getLocation().toURI()).toRealPath());
        } catch (URISyntaxException | IOException e) {
            return Optional.empty();
        }
    }

    /**
     * The script of a tree.
     *
     * @param program the jar or the folder of classes, in the tree's {@code target}
     */
    static Optional<Path> beside(Path program) {
        Path folder = program.getParent();
        if (folder == null || !folder.endsWith(BUILD_FOLDER)) {
            return Optional.empty();
        }
        Path script = folder.resolveSibling("bench").resolve("run");
        return Files.isRegularFile(script) ? Optional.of(script) : Optional.empty();
    }

    /**
     * Runs it with the same input, output and errors as ours.
     *
     * @return its exit status
     * @throws IllegalStateException if it cannot be started, or the wait for it is interrupted
     */
    static int run(Path script, List<String> words) {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(words);
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            Thread end = new Thread(() -> end(process));
            Runtime.getRuntime().addShutdownHook(end);
            return process.waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("bench: cannot start bash: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("bench: interrupted", e);
        }
    }

    /** Ends the measurement when this process is ended from outside. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
