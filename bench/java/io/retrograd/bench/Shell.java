package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs other programs and returns their output, or the reason of their failure. */
final class Shell {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The line of a Python traceback or a Java stack trace that says what happened. */
    private static final Pattern EXCEPTION = Pattern.compile(".*?[\\w.]+(Error|Exception)\\b.*");

    private static final Pattern FOLDER = Pattern.compile("^.*/");

    private final String root = Path.of("").toAbsolutePath().toString();
    private final String home = System.getProperty("user.home", "");

    /** A program that did not do what it should. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        /** Without the command; the whole message where there is nothing shorter. */
        private final String reason;

        Failure(String message) {
            this(message, message);
        }

        Failure(String message, String reason) {
            super(message);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** The output of a program. */
    record Output(String out, String err) {}

    /**
     * Runs a program to its end.
     *
     * @throws Failure if it cannot be started, takes longer, or ends with another code than 0
     */
    Output run(List<String> command, double seconds) throws Failure {
        try {
            Path out = Files.createTempFile("bench", ".out");
            Path err = Files.createTempFile("bench", ".err");
            try {
                return run(command, seconds, out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new Failure(shown(command) + ": " + plain(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(shown(command) + ": interrupted");
        }
    }

    private Output run(List<String> command, double seconds, Path out, Path err)
            throws IOException, InterruptedException, Failure {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            if (!process.waitFor((long) (1e3 * seconds), TimeUnit.MILLISECONDS)) {
                throw new Failure(
                        String.format("%s: not done after %.0f s", shown(command), seconds));
            }
        } finally {
            end(process);
        }
        Output output = new Output(read(out), read(err));
        if (process.exitValue() != 0) {
            String reason = plain(reason(output));
            throw new Failure(
                    String.format(
                            "%s: exit code %d: %s", shown(command), process.exitValue(), reason),
                    reason);
        }
        return output;
    }

    private static void end(Process process) throws InterruptedException {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    /** Runs a program that prints one JSON object in its last line. */
    JsonNode json(List<String> command, double seconds) throws Failure {
        List<String> lines = run(command, seconds).out().lines().toList();
        try {
            return MAPPER.readTree(lines.get(lines.size() - 1));
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new Failure(
                    shown(command)
                            + ": expected a JSON object, got "
                            + plain(String.join(" ", lines)));
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    }

    /** The exception that a program ended with, or the last line that it printed. */
    static String reason(Output output) {
        List<String> lines =
                (output.err().isEmpty() ? output.out() : output.err())
                        .lines()
                        .filter(line -> !line.startsWith("Try '"))
                        .toList();
        return lines.stream()
                .filter(line -> EXCEPTION.matcher(line).matches())
                .filter(line -> !line.startsWith("\tat ") && !line.startsWith("  File "))
                .reduce((first, second) -> second)
                .or(() -> lines.stream().reduce((first, second) -> second))
                .orElse("no message");
    }

    /** A command as it is written down: the program's name without its folder. */
    static String shown(List<String> command) {
        StringBuilder line = new StringBuilder(FOLDER.matcher(command.get(0)).replaceFirst(""));
        for (String word : command.subList(1, command.size())) {
            line.append(' ').append(word.matches("[\\w./:=,+-]+") ? word : "'" + word + "'");
        }
        return line.toString();
    }

    /** A text without this machine's folders. */
    String plain(String text) {
        return text.replace(root + "/", "").replace(root, ".").replace(home, "~");
    }
}
