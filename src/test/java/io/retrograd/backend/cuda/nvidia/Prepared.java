package io.retrograd.backend.cuda.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.retrograd.ChildJava;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * NVIDIA's libraries and the programs that ask them, as {@code native/nvidia/prepare} has made them
 * ready in the folder of {@code -Dnvidia}; the profile of that name does both.
 */
final class Prepared {
    private static final String PROPERTY = "nvidia";
    private static final String PATH = "LD_LIBRARY_PATH";
    private static final long MINUTES = 10;

    private Prepared() {}

    /** A file of the folder. */
    static Path file(String name) {
        String folder = System.getProperty(PROPERTY);
        assertNotNull(folder, "run with -Pnvidia, which sets -Dnvidia=FOLDER");
        return Path.of(folder).toAbsolutePath().resolve(name);
    }

    /** The folders of the libraries. */
    static List<Path> folders() throws IOException {
        String all = Files.readString(file("libraries")).strip();
        return List.of(all.split(File.pathSeparator, -1)).stream().map(Path::of).toList();
    }

    /** One of the libraries. */
    static Path library(String prefix) throws IOException {
        for (Path folder : folders()) {
            try (var files = Files.newDirectoryStream(folder, prefix + "*")) {
                for (Path file : files) {
                    return file;
                }
            }
        }
        throw new IOException("no " + prefix + " in " + folders());
    }

    /** What a program answers to these lines, with the real libraries in reach. */
    static List<String> ask(String program, String argument, List<String> lines)
            throws IOException, InterruptedException {
        Map<String, String> environment = Map.of(PATH, Files.readString(file("libraries")).strip());
        return run(environment, List.of(file(program).toString(), argument), lines);
    }

    /** What a class of the tests prints in a Java of its own. */
    static List<String> java(Map<String, String> environment, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(ChildJava.command());
        command.add("-Xmx2g");
        command.add("-Dretrograd.cache=" + System.getProperty("retrograd.cache"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return run(environment, command, List.of());
    }

    /** The same with the real libraries in reach. */
    static List<String> java(Class<?> main, String... args)
            throws IOException, InterruptedException {
        return java(Map.of(PATH, Files.readString(file("libraries")).strip()), main, args);
    }

    private static List<String> run(
            Map<String, String> environment, List<String> command, List<String> lines)
            throws IOException, InterruptedException {
        Path in = Files.write(Files.createTempFile("nvidia", ".in"), lines);
        Path out = Files.createTempFile("nvidia", ".out");
        Path err = Files.createTempFile("nvidia", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            process.destroyForcibly();
            assertEquals(
                    0,
                    ended ? process.exitValue() : -1,
                    String.join(" ", command) + ": " + Files.readString(err));
            return Files.readAllLines(out);
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(err);
        }
    }
}
