package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The facts that numbers depend on and a user of the harness cannot choose. */
final class Machine {
    private static final double TIMEOUT_SECONDS = 60;
    private static final List<String> GPU =
            List.of(
                    "nvidia-smi",
                    "--id=0",
                    "--query-gpu=name,driver_version,clocks.max.sm,power.limit",
                    "--format=csv,noheader");

    private final Shell shell;

    Machine(Shell shell) {
        this.shell = shell;
    }

    /**
     * Names and values.
     *
     * @param ours how our command line is started
     * @param device the computing device
     */
    Map<String, String> describe(List<String> ours, String device) throws Shell.Failure {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cpu", cpu());
        facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("mhz", line("/proc/cpuinfo", "cpu MHz"));
        facts.put("memory", line("/proc/meminfo", "MemTotal"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("retrograd", commit());
        facts.put("device", device(ours, device));
        if (device.equals("cuda")) {
            facts.put("gpu", told(GPU));
            for (JsonNode fact : json(ours, "doctor", "--json").path("facts")) {
                facts.put(fact.path("name").asText(), fact.path("version").asText());
            }
        }
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return facts;
    }

    /** The name of the folder for results of such a machine, without the date. */
    static String kind(Map<String, String> facts) {
        String gpu = facts.getOrDefault("gpu", "");
        String name =
                gpu.isEmpty()
                        ? facts.get("cpu") + " " + facts.get("cores") + " cores"
                        : gpu.split(",", 2)[0];
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    private static String cpu() {
        String name = line("/proc/cpuinfo", "model name");
        return name.isEmpty() ? System.getProperty("os.arch") : name;
    }

    private String device(List<String> ours, String device) throws Shell.Failure {
        for (JsonNode found : json(ours, "devices", "--json").path("devices")) {
            if (found.path("device").asText().equals(device)) {
                return device + ": " + shell.plain(found.path("description").asText());
            }
        }
        return device;
    }

    private JsonNode json(List<String> ours, String... words) throws Shell.Failure {
        return shell.json(Stream.concat(ours.stream(), Stream.of(words)).toList(), TIMEOUT_SECONDS);
    }

    private String commit() {
        String hash = told(List.of("git", "rev-parse", "--short", "HEAD"));
        String changes = told(List.of("git", "status", "--porcelain", "--", "src", "kernels"));
        return (hash.isEmpty() ? "unknown" : hash) + (changes.isEmpty() ? "" : ", changed");
    }

    private String told(List<String> command) {
        try {
            return shell.run(command, TIMEOUT_SECONDS).out();
        } catch (Shell.Failure e) {
            return "";
        }
    }

    /** The text behind the colon in the first line of a file that begins so; empty if none. */
    private static String line(String file, String start) {
        try {
            return Files.readString(Path.of(file))
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
