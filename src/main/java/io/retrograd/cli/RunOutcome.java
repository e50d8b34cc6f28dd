package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run's folder says about it: what it was started with, and what it came to. */
record RunOutcome(String name, Map<String, String> settings, Map<String, String> results) {
    /** What says when, where and how a run was started, not what it does. */
    private static final List<String> CIRCUMSTANCES =
            List.of("format", "directory", "started", "command");

    /**
     * Reads it.
     *
     * @throws IOException if it cannot be read, or is no run's
     */
    static RunOutcome read(Path folder) throws IOException {
        RunDirectory run = new RunDirectory(folder);
        JsonNode record = RunRecord.read(run.record()).json();
        Map<String, String> settings = new LinkedHashMap<>();
        record.properties()
                .forEach(
                        each -> {
                            if (!CIRCUMSTANCES.contains(each.getKey())) {
                                settings.put(each.getKey(), text(each.getValue()));
                            }
                        });
        settings.put("options", options(record.path("command")));
        Map<String, String> results = new LinkedHashMap<>();
        results.put("started", record.path("started").asText());
        putHistory(results, run.history());
        putSummary(results, run);
        return new RunOutcome(String.valueOf(folder.getFileName()), settings, results);
    }

    /** What was typed, without the names of folders. */
    private static String options(JsonNode command) {
        StringBuilder options = new StringBuilder();
        for (int i = 2; i < command.size(); i++) {
            String word = command.get(i).asText();
            if (word.equals("--name") || word.equals("--runs")) {
                i++;
            } else {
                options.append(options.length() == 0 ? "" : " ").append(word);
            }
        }
        return options.toString();
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }

    private static void putHistory(Map<String, String> results, Path history) throws IOException {
        results.put("state", "begun");
        results.put("done", "0");
        if (!Files.exists(history)) {
            return;
        }
        for (String line : Json.lines(history)) {
            JsonNode epoch = Json.lineOrNull(line);
            if (epoch != null && epoch.has("epoch")) {
                results.put("done", epoch.path("epoch").asText());
                results.put("loss", epoch.path("loss").asText());
                if (epoch.has("validation_loss")) {
                    results.put("validation_loss", epoch.path("validation_loss").asText());
                }
            }
        }
    }

    private static void putSummary(Map<String, String> results, RunDirectory run)
            throws IOException {
        if (!Files.exists(run.summary())) {
            return;
        }
        JsonNode summary = Json.read(run.summary());
        results.put("state", summary.path("end").asText());
        for (String key : List.of("best_epoch", "test_accuracy", "test_loss", "train_seconds")) {
            if (summary.has(key)) {
                results.put(key, summary.path(key).asText());
            }
        }
    }
}
