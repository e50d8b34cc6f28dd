package io.retrograd.cli;

import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.Parameters;
import io.retrograd.data.Standardization;
import io.retrograd.data.Texts;
import io.retrograd.file.FolderLock;
import io.retrograd.file.LineFile;
import io.retrograd.file.WholeFile;
import io.retrograd.image.Transforms;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.NetworkJson;
import io.retrograd.layer.Layer;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one training run, {@code runs/<name>/}:
 *
 * <pre>
 *   run.json            what the run was started with: command, data, device, versions
 *   network.json        the network, layer by layer
 *   plan                the device's choices, for the run to go on with
 *   checkpoints/        what the run needs to go on from
 *   history.jsonl       one JSON object an epoch, written as the epoch ends, and one an audit
 *   model.safetensors   parameters and running statistics, replaced as each epoch ends; after an
 *                       early stop those of the best epoch
 *   vocabulary.txt      of texts: the tokens in the order of their numbers
 *   labels.txt          what the labels stand for, in the order of their numbers
 *   table.json          of a table: its columns, and the means and deviations taken out of them
 *   transforms.json     what is done to pictures before the network sees them
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

    /**
     * The folders of all runs in one, by name; none if there is no such folder.
     *
     * @throws IOException if it cannot be read
     */
    static List<Path> all(Path parent) throws IOException {
        List<Path> runs = new ArrayList<>();
        if (!Files.isDirectory(parent)) {
            return runs;
        }
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(
                        parent, f -> Files.isRegularFile(new RunDirectory(f).record()))) {
            folders.forEach(runs::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(runs);
        return runs;
    }

    /**
     * Has no other process work on the run.
     *
     * @throws IOException if one does
     */
    FolderLock lock() throws IOException {
        FolderLock lock = FolderLock.take(folder);
        if (lock == null) {
            throw new IOException(
                    folder + ": expected a run that no process works on, got one that goes on");
        }
        return lock;
    }

    /** Deletes the folder of a run that has not begun; one with other files in it stays. */
    void discard() {
        try {
            FolderLock.forget(folder);
            Files.deleteIfExists(plan());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It is empty, or somebody uses it.
        }
    }

    Path record() {
        return folder.resolve("run.json");
    }

    private Path plan() {
        return folder.resolve("plan");
    }

    /**
     * How a device is opened for this run.
     *
     * @param own the user's plan; null for the one in this folder
     * @param goesOn whether the run was begun before: it adds to what it follows
     */
    OpenOptions planned(OpenOptions open, @Nullable Path own, boolean goesOn) {
        Path plan = own == null ? plan() : own;
        return goesOn ? open.growingPlan(plan) : open.plan(plan);
    }

    Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    Path history() {
        return folder.resolve("history.jsonl");
    }

    Path summary() {
        return folder.resolve("summary.json");
    }

    Path network() {
        return folder.resolve("network.json");
    }

    Path model() {
        return folder.resolve("model.safetensors");
    }

    /** Writes the network, which is of this library's layers. */
    void saveNetwork(Layer network) throws IOException {
        NetworkJson.write(network(), network);
    }

    void saveRecord(Map<String, Object> record) throws IOException {
        WholeFile.write(record(), Json.line(record) + "\n");
    }

    void addHistory(Map<String, Object> epoch) throws IOException {
        LineFile.append(history(), Json.line(epoch));
    }

    /** Writes the parameters, in one move. */
    void saveModel(Parameters parameters, Map<String, String> metadata) throws IOException {
        Checkpoint.save(model(), parameters, metadata);
    }

    /** Writes the vocabulary of texts. */
    void saveTexts(Texts texts) throws IOException {
        texts.vocabulary().save(folder.resolve("vocabulary.txt"));
    }

    /** Writes what the labels stand for. */
    void saveLabels(List<String> names) throws IOException {
        WholeFile.write(folder.resolve("labels.txt"), String.join("\n", names) + "\n");
    }

    /** Writes what is done to pictures. */
    void saveTransforms(Transforms transforms) throws IOException {
        transforms.save(folder.resolve("transforms.json"));
    }

    /** Writes what was done to a table's columns. */
    void saveTable(Standardization standardization) throws IOException {
        WholeFile.write(table(), Json.line(standardization) + "\n");
    }

    /** What was done to a table's columns; null for a run on something else. */
    @Nullable Standardization readTable() throws IOException {
        return Files.exists(table()) ? Json.read(table(), Standardization.class) : null;
    }

    private Path table() {
        return folder.resolve("table.json");
    }

    void saveSummary(Map<String, Object> summary) throws IOException {
        WholeFile.write(summary(), Json.line(summary) + "\n");
    }
}
