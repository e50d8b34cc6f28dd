package io.retrograd.cli;

import io.retrograd.backend.Parameters;
import io.retrograd.data.Texts;
import io.retrograd.file.LineFile;
import io.retrograd.file.WholeFile;
import io.retrograd.interop.Checkpoint;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The folder of one training run, {@code runs/<name>/}:
 *
 * <pre>
 *   history.jsonl       one JSON object an epoch, written as the epoch ends, and one an audit
 *   model.safetensors   parameters and running statistics, replaced as each epoch ends; after an
 *                       early stop those of the best epoch
 *   vocabulary.txt      of texts: the tokens in the order of their numbers
 *   labels.txt          of texts: what the labels stand for, in the order of their numbers
 *   summary.json        options, device and results, written at the end
 * </pre>
 *
 * <p>A file changes whole or not at all; a last line of the history without line feed was cut off.
 */
final class RunDirectory {
    private static final Set<String> NONE = Set.of("", ".", "..");

    private final Path folder;

    /**
     * Checks the name of a run.
     *
     * @param where begins the message, as in {@code --name}
     * @throws IllegalArgumentException if a folder in the parent cannot have it
     */
    static void checkName(String where, String name) {
        if (name.contains("/") || name.contains(File.separator) || NONE.contains(name)) {
            throw new IllegalArgumentException(
                    where
                            + ": expected the name of one folder, got \""
                            + name
                            + "\"; choose its parent folder with --runs");
        }
        Paths.of(where + ": ", name);
    }

    /**
     * Makes the folder. A name that is taken gets a number: nothing is overwritten.
     *
     * @throws IOException if it cannot be made
     */
    RunDirectory(Path parent, String name) throws IOException {
        this(create(parent, name));
    }

    /** An existing one. */
    RunDirectory(Path folder) {
        this.folder = folder;
    }

    private static Path create(Path parent, String name) throws IOException {
        WholeFile.createFolders(parent);
        cleanRuns(parent);
        Path candidate = parent.resolve(name);
        for (int i = 2; !WholeFile.createFolder(candidate); i++) {
            candidate = parent.resolve(name + "-" + i);
        }
        return candidate;
    }

    /** Deletes the partial files of runs that were stopped while writing. */
    private static void cleanRuns(Path parent) throws IOException {
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(parent, Files::isDirectory)) {
            runs.forEach(WholeFile::clean);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    Path folder() {
        return folder;
    }

    void addHistory(Map<String, Object> epoch) throws IOException {
        LineFile.append(folder.resolve("history.jsonl"), Json.line(epoch));
    }

    /** Writes the parameters, in one move. */
    void saveModel(Parameters parameters, Map<String, String> metadata) throws IOException {
        Checkpoint.save(folder.resolve("model.safetensors"), parameters, metadata);
    }

    /** Writes the vocabulary and the names of the labels. */
    void saveTexts(Texts texts) throws IOException {
        texts.vocabulary().save(folder.resolve("vocabulary.txt"));
        WholeFile.write(folder.resolve("labels.txt"), String.join("\n", texts.labelNames()) + "\n");
    }

    void saveSummary(Map<String, Object> summary) throws IOException {
        WholeFile.write(folder.resolve("summary.json"), Json.line(summary) + "\n");
    }
}
