package io.retrograd.backend.random;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@link PlanRunner} in a process of its own. Where that dies or hangs, its case has failed.
 *
 * @param folder for its files
 * @param target the device
 * @param options the options of its Java
 */
record PlanProcess(Path folder, PlanTarget target, List<String> options) {
    /** Longer than any case takes. */
    private static final int HANGS_AFTER_SECONDS = 120;

    private static final int MOST_OUTPUT = 3000;

    /** The number of cases run, and the failed ones. */
    record Told(int count, List<String> failures) {}

    /** Runs it for this many seconds, 0 for a single case. */
    Told run(int seconds, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path output = folder.resolve("output.txt");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.add("-Dretrograd.device=" + target.device());
        line.addAll(List.of("-Xmx1g", "-XX:ErrorFile=" + folder.resolve("hs_err.log")));
        line.addAll(List.of("-cp", System.getProperty("java.class.path")));
        line.addAll(List.of(PlanRunner.class.getName(), folder.toString()));
        line.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(target.environment());
        Process process = builder.redirectOutput(output.toFile()).start();
        boolean ended;
        try {
            ended = process.waitFor(seconds + HANGS_AFTER_SECONDS, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        List<String> failures = failures();
        if (!ended) {
            failures.add(read(PlanRunner.CASE) + "\n  hangs\n");
        } else if (process.exitValue() != 0 && process.exitValue() != PlanRunner.FAILED) {
            failures.add(died(process.exitValue()));
        }
        failures.replaceAll(failure -> failure + again(failure));
        String ran = read(PlanRunner.COUNT);
        return new Told(ran.isEmpty() ? 0 : Integer.parseInt(ran), failures);
    }

    private List<String> failures() throws IOException {
        List<String> failures = new ArrayList<>();
        for (String failure : read(PlanRunner.FAILURES).split("(?m)^(?=case )", -1)) {
            if (!failure.isBlank()) {
                failures.add(failure);
            }
        }
        return failures;
    }

    private String died(int code) throws IOException {
        String said = read("output.txt").strip();
        return String.format(
                "%s%n  ends the process with %d: %s%n",
                read(PlanRunner.CASE),
                code,
                said.substring(Math.max(0, said.length() - MOST_OUTPUT)));
    }

    /** The command that runs the first case of a failure again. */
    private String again(String failure) {
        String seed = failure.substring("case ".length(), failure.indexOf(':'));
        return "  again: src/test/random-plans --case " + seed + " --on " + target + "\n";
    }

    private String read(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }
}
