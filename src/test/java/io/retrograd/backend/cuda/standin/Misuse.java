package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ChildJava;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program in a JVM of its own: the stand-in may end it, and reads its environment once. */
public final class Misuse {
    private static final int ENDED_BY_STANDIN = 134;
    private static final int SECONDS = 300;

    private Misuse() {}

    /** How a program ended, and what it said. */
    public record Ended(int status, String said) {}

    /**
     * Runs {@code main name}.
     *
     * @param output a file for what it says
     * @param message what the stand-in has to say of it; empty if it has to end well
     */
    static void assertEnded(
            Class<?> main,
            String name,
            Map<String, String> environment,
            Path output,
            String message)
            throws IOException, InterruptedException {
        Ended ended = run(main, name, environment, output);
        assertEquals(message.isEmpty() ? 0 : ENDED_BY_STANDIN, ended.status(), ended.said());
        assertTrue(ended.said().contains(message), ended.said());
    }

    /** Runs {@code main name} to its end. */
    public static Ended run(
            Class<?> main, String name, Map<String, String> environment, Path output)
            throws IOException, InterruptedException {
        return run(main, name, environment, output, System.getProperty("java.class.path"));
    }

    /** The same with a class path of its own. */
    public static Ended run(
            Class<?> main,
            String name,
            Map<String, String> environment,
            Path output,
            String classPath)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(ChildJava.command());
        command.addAll(
                List.of(
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath,
                        main.getName(),
                        name));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process child = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(child.waitFor(SECONDS, TimeUnit.SECONDS), "it hangs");
        } finally {
            child.destroyForcibly();
        }
        return new Ended(child.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
