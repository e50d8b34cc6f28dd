package io.retrograd.cli;

import io.retrograd.backend.Parameters;
import io.retrograd.data.Texts;
import io.retrograd.interop.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The folder of one training run, {@code runs/<name>/}:
 *
 * <pre>
 *   history.jsonl       one JSON object an epoch, written as the epoch ends, and one an audit
 *   model.safetensors   parameters and running statistics, replaced as each epoch ends
 *   vocabulary.txt      of texts: the tokens in the order of their numbers
 *   labels.txt          of texts: what the labels stand for, in the order of their numbers
 *   summary.json        options, device and results, written at the end
 * </pre>
 */
final class RunDirectory {
    private final Path folder;

    /**
     * Makes the folder. A name that is taken gets a number: nothing is overwritten.
     *
     * @throws IOException if it cannot be made
     */
    RunDirectory(Path parent, String name) throws IOException {
        Path candidate = parent.resolve(name);
        Files.createDirectories(parent);
        for (int i = 2; Files.exists(candidate); i++) {
            candidate = parent.resolve(name + "-" + i);
        }
        folder = Files.createDirectory(candidate);
    }

    Path folder() {
        return folder;
    }

    /** Adds a line to the history. */
    void addHistory(Map<String, Object> epoch) throws IOException {
        Files.writeString(
                folder.resolve("history.jsonl"),
                Json.line(epoch) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Writes the parameters, in one move. */
    void saveModel(Parameters parameters, Map<String, String> metadata) throws IOException {
        Checkpoint.save(folder.resolve("model.safetensors"), parameters, metadata);
    }

    /** Writes what makes tokens of texts, and what the labels stand for. */
    void saveTexts(Texts texts) throws IOException {
        texts.vocabulary().save(folder.resolve("vocabulary.txt"));
        Files.write(folder.resolve("labels.txt"), texts.labelNames());
    }

    /** Writes the summary. */
    void saveSummary(Map<String, Object> summary) throws IOException {
        Files.writeString(folder.resolve("summary.json"), Json.line(summary) + "\n");
    }
}
