package io.retrograd.certify;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.host.OwnProcess;
import io.retrograd.host.Threads;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Certifies a device: runs every {@link Part} in a Java of its own, started as this one was, and
 * goes on whatever becomes of one.
 *
 * @param parts those that are wanted; the doctor runs in any case
 * @param program the main class and the words before {@code --part}
 * @param version of this program
 */
public record Certification(
        String device, double minutes, Set<Part> parts, List<String> program, String version) {
    private static final double SECONDS = 60;

    /** What a part may take beyond its share: one thing that it has begun, and starting. */
    private static final double GRACE_SECONDS = 240;

    /** Runs all parts, each told once it has ended. */
    public Certificate run(Consumer<PartResult> told) {
        Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Deadline deadline = Deadline.in(SECONDS * minutes);
        List<PartResult> results = new ArrayList<>();
        int weights = 0;
        for (Part part : Part.values()) {
            weights += wanted(part) ? part.weight() : 0;
        }
        for (Part part : Part.values()) {
            if (!wanted(part)) {
                results.add(PartResult.notRun(part, "it was not asked for"));
                continue;
            }
            double seconds = deadline.left() * part.weight() / weights;
            weights -= part.weight();
            PartResult result =
                    unusable(results)
                            ? PartResult.notRun(part, "the device cannot be used")
                            : run(part, seconds);
            results.add(result);
            told.accept(result);
        }
        return new Certificate(version, device, begin, minutes, host(), results);
    }

    private boolean wanted(Part part) {
        return part == Part.DOCTOR || parts.contains(part);
    }

    private PartResult run(Part part, double seconds) {
        Map<String, String> environment = part == Part.RECOVERY ? Recovery.ENVIRONMENT : Map.of();
        return PartProcess.run(
                part, command(part, seconds), environment, seconds, seconds + GRACE_SECONDS);
    }

    /** Whether the doctor said that nothing can be done; one that crashed said nothing. */
    private static boolean unusable(List<PartResult> results) {
        JsonNode found = results.isEmpty() ? null : results.get(0).fact();
        return found != null && !found.path("usable").asBoolean();
    }

    private List<String> command(Part part, double seconds) {
        List<String> words = new ArrayList<>(program);
        words.addAll(List.of("--device", device, "--part", part.label()));
        words.addAll(List.of("--seconds", Double.toString(Math.max(0.001, seconds))));
        return OwnProcess.command(words);
    }

    private static Map<String, String> host() {
        Map<String, String> host = new LinkedHashMap<>();
        host.put(
                "OS",
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + ", "
                        + System.getProperty("os.arch"));
        host.put("CPU", CpuName.get());
        host.put("cores", Integer.toString(Threads.cores()));
        host.put(
                "Java",
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor"));
        return host;
    }
}
