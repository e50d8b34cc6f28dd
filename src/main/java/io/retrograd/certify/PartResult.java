package io.retrograd.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a part ended.
 *
 * @param allotted seconds that were its share
 * @param message why it was not run, or how its process ended; empty if there is nothing to say
 * @param said the last lines that its process printed on standard error
 * @param fact what it found beside; null if nothing
 */
public record PartResult(
        Part part,
        Status status,
        double seconds,
        double allotted,
        List<Trial> trials,
        String message,
        List<String> said,
        @Nullable JsonNode fact) {
    public PartResult {
        trials = List.copyOf(trials);
        said = List.copyOf(said);
    }

    static PartResult notRun(Part part, String why) {
        return new PartResult(part, Status.NOT_RUN, 0, 0, List.of(), why, List.of(), null);
    }

    /** How many trials ended so. */
    public long count(Status status) {
        return trials.stream().filter(trial -> trial.status() == status).count();
    }

    /** The trial with the largest error. */
    public Optional<Trial> worst() {
        return trials.stream()
                .filter(trial -> trial.error() != null)
                .max(
                        Comparator.comparingDouble(
                                trial -> trial.error() == null ? 0 : trial.error()));
    }

    /** In a line: status, time, how much was tried, and the first thing that is wrong. */
    public String line() {
        String first =
                trials.stream()
                        .filter(trial -> trial.status().bad())
                        .findFirst()
                        .map(trial -> "; " + trial.what() + ": " + trial.detail())
                        .orElse("");
        String counts =
                status == Status.NOT_RUN
                        ? ""
                        : String.format(
                                "%d passed, %d failed, %d not run",
                                count(Status.PASSED),
                                count(Status.FAILED) + count(Status.CRASHED),
                                count(Status.NOT_RUN));
        String text =
                counts + (message.isEmpty() || counts.isEmpty() ? "" : "; ") + message + first;
        return String.format("%-12s %-8s %6.1f s  %s", part.label(), status.label(), seconds, text);
    }
}
