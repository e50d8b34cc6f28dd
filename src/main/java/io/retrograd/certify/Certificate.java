package io.retrograd.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found about a device.
 *
 * @param version of this program
 * @param device as in {@code --device}
 * @param host what the machine is, in the order to show it
 * @param minutes that were given
 */
public record Certificate(
        String version,
        String device,
        Instant date,
        double minutes,
        Map<String, String> host,
        List<PartResult> parts) {
    public Certificate {
        parts = List.copyOf(parts);
    }

    /** Whether all parts passed but those that there are not for this device. */
    public boolean passed() {
        return parts.stream().noneMatch(part -> part.status().bad())
                && parts.stream().anyMatch(part -> part.status() == Status.PASSED);
    }

    /** The verdict in a line. */
    public String verdict() {
        List<String> bad =
                parts.stream()
                        .filter(part -> part.status().bad())
                        .map(part -> part.part().label())
                        .toList();
        long passed = parts.stream().filter(part -> part.status() == Status.PASSED).count();
        long notRun = parts.stream().filter(part -> part.status() == Status.NOT_RUN).count();
        String counts =
                String.format("%d parts passed, %d failed, %d not run", passed, bad.size(), notRun);
        return passed()
                ? device + ": certified: " + counts
                : device
                        + ": NOT certified: "
                        + counts
                        + (bad.isEmpty() ? "" : " (failed: " + String.join(", ", bad) + ")");
    }

    /** What the doctor found; null if it could not. */
    @Nullable JsonNode diagnosis() {
        return parts.stream()
                .filter(part -> part.part() == Part.DOCTOR)
                .map(PartResult::fact)
                .findFirst()
                .orElse(null);
    }
}
