package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.file.WholeFile;
import io.retrograd.train.EpochResult;
import io.retrograd.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes a run's history back to where a checkpoint was written. */
final class RunHistory {
    private RunHistory() {}

    /**
     * Leaves the lines of epochs and audits that the training has behind it, once each. A missing
     * one of an epoch comes from the checkpoint.
     *
     * @param progress of the checkpoint; null where a run begins anew
     */
    static void rewind(Path file, @Nullable TrainingProgress progress) throws IOException {
        List<String> lines = Files.exists(file) ? Json.lines(file) : List.of();
        StringBuilder kept = new StringBuilder();
        Set<Integer> seen = new HashSet<>();
        for (String line : lines) {
            JsonNode json = Json.lineOrNull(line);
            if (json != null && progress != null && behind(json, progress, seen)) {
                kept.append(line).append('\n');
            }
        }
        if (progress != null) {
            for (EpochResult epoch : progress.epochs()) {
                if (seen.add(epoch.epoch())) {
                    kept.append(Json.line(TrainingLog.history(epoch))).append('\n');
                }
            }
        }
        if (!lines.isEmpty() || kept.length() > 0) {
            WholeFile.write(file, kept);
        }
    }

    private static boolean behind(JsonNode line, TrainingProgress progress, Set<Integer> seen) {
        if (line.has("audit")) {
            return line.path("step").asLong() <= progress.batches();
        }
        int epoch = line.path("epoch").asInt();
        return epoch >= 1 && epoch <= progress.epochs().size() && seen.add(epoch);
    }
}
