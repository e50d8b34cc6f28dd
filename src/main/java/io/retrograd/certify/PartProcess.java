package io.retrograd.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A part in a process of its own, and what it tells. */
final class PartProcess {
    /** The last lines of standard error that are kept. */
    private static final int SAID = 40;

    private static final double NANOS = 1e9;

    private final Part part;
    private final List<Trial> trials = new ArrayList<>();
    private final Deque<String> said = new ArrayDeque<>();
    private @Nullable Trial begun;
    private @Nullable JsonNode fact;
    private boolean ended;

    private PartProcess(Part part) {
        this.part = part;
    }

    /**
     * Runs a part to its end, whatever that is.
     *
     * @param environment beside ours; a value is added to one that is there
     * @param allotted seconds that are its share
     * @param most seconds after which it is ended
     */
    static PartResult run(
            Part part,
            List<String> command,
            Map<String, String> environment,
            double allotted,
            double most) {
        return new PartProcess(part).run(command, environment, allotted, most);
    }

    private PartResult run(
            List<String> command, Map<String, String> environment, double allotted, double most) {
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command);
        environment.forEach(
                (name, value) ->
                        builder.environment()
                                .merge(name, value, (there, add) -> there + "," + add));
        String end;
        try {
            end = follow(builder.start(), most);
        } catch (IOException e) {
            end = "its process could not be started: " + e.getMessage();
        }
        boolean whole = ended && end.isEmpty();
        if (!whole && begun != null) {
            trials.add(
                    new Trial(
                            begun.what(),
                            begun.precision(),
                            begun.seed(),
                            Status.CRASHED,
                            /* error= */ null,
                            end));
        }
        boolean failed = trials.stream().anyMatch(trial -> trial.status().bad());
        boolean tried = trials.stream().anyMatch(trial -> trial.status() != Status.NOT_RUN);
        Status status =
                !whole
                        ? Status.CRASHED
                        : failed ? Status.FAILED : tried ? Status.PASSED : Status.NOT_RUN;
        double seconds = (System.nanoTime() - start) / NANOS;
        String message = end.isEmpty() && !ended ? "its process ended early" : end;
        return new PartResult(
                part, status, seconds, allotted, trials, message, List.copyOf(said), fact);
    }

    /** Reads what it tells until it ends; says how, or nothing where that was as it should be. */
    private String follow(Process process, double most) throws IOException {
        Thread hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        process.getOutputStream().close();
        Thread out = reader(process.getInputStream(), this::told);
        Thread err = reader(process.getErrorStream(), this::saying);
        try {
            boolean inTime = process.waitFor((long) (most * 1e3), TimeUnit.MILLISECONDS);
            if (!inTime) {
                process.destroyForcibly();
                process.waitFor();
            }
            out.join();
            err.join();
            Runtime.getRuntime().removeShutdownHook(hook);
            if (!inTime) {
                return String.format("it was ended after %.0f seconds", most);
            }
            int exit = process.exitValue();
            return exit == 0 ? "" : "its process ended with status " + exit;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static Thread reader(InputStream stream, Consumer<String> line) {
        Thread thread =
                new Thread(
                        () -> {
                            try (BufferedReader lines =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    stream, StandardCharsets.UTF_8))) {
                                lines.lines().forEach(line);
                            } catch (IOException | UncheckedIOException e) {
                                line.accept("its output could not be read: " + e.getMessage());
                            }
                        },
                        "certify-reader");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void told(String line) {
        Message message = Message.read(line).orElse(null);
        if (message == null) {
            saying(line);
        } else if (message.begun() != null) {
            begun = message.begun();
        } else if (message.trial() != null) {
            begun = null;
            trials.add(message.trial());
        } else if (message.ended()) {
            ended = true;
        } else {
            fact = message.fact();
        }
    }

    private synchronized void saying(String line) {
        said.add(line);
        if (said.size() > SAID) {
            said.remove();
        }
    }
}
