package io.retrograd.cli;

import io.retrograd.file.WholeFile;
import io.retrograd.host.OwnProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs a command again in a second Java, whose process the CPU stand-in for CUDA may end: at an
 * access out of bounds, a race, a read of what was never written.
 *
 * @param what is run, for the line that says how it ended
 */
record StandinProcess(String what, PrintWriter out, PrintWriter err) {
    private static final String STANDIN = "CPU stand-in: ";

    /**
     * Runs it to its end, and prints what it prints; a line if it was ended.
     *
     * @param junit where results go in JUnit's form, if anywhere
     * @return the exit code: the command's own, or 1 if it was ended
     */
    int run(CommandSpec command, @Nullable Path junit) throws IOException {
        CommandLine root = command.root().commandLine();
        List<String> words = new ArrayList<>(List.of(Main.class.getName()));
        words.addAll(root.getParseResult().originalArgs());
        words.add("--in-this-process");
        Process process = new ProcessBuilder(OwnProcess.command(words)).start();
        process.getOutputStream().close();
        CompletableFuture<String> said =
                CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        String printed = text(process.getInputStream());
        int exit = exit(process);
        if (exit <= GradcheckOutput.NOT_ESTABLISHED) {
            out.print(printed);
            err.print(said.join());
            return exit;
        }
        String why =
                said.join()
                        .lines()
                        .filter(line -> line.contains(STANDIN))
                        .findFirst()
                        .map(line -> line.substring(line.indexOf(STANDIN) + STANDIN.length()))
                        .orElse("its process ended with status " + exit);
        err.println("retrograd: " + what + ": " + why);
        if (junit != null) {
            WholeFile.write(junit, GradcheckOutput.crash(what, why));
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int exit(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}
