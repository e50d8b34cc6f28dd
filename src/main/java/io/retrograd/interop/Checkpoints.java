package io.retrograd.interop;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.file.WholeFile;
import io.retrograd.tensor.Checks;
import io.retrograd.train.CheckpointStore;
import io.retrograd.train.TrainingState;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one training, in a folder of their own:
 *
 * <pre>
 *   checkpoint-000007.safetensors   parameters, optimizer's memory, and what may be gone back to
 *   checkpoint-000007.json          how far the training was, and the digests of both files
 * </pre>
 *
 * <p>Each file is written whole or not at all ({@link WholeFile}), the JSON last: with it the
 * checkpoint is there. Only then are old ones deleted. No name is used twice, so nothing that is
 * safe is written over.
 *
 * <p>For one process at a time.
 */
public final class Checkpoints implements CheckpointStore {
    private static final Pattern NAME = Pattern.compile("checkpoint-([0-9]{6,9})\\.json");
    private static final Pattern TENSORS = Pattern.compile("checkpoint-([0-9]{6,9})\\.safetensors");
    private static final int KEPT = 2;

    private final Path folder;
    private final int kept;
    private final Consumer<String> report;

    /** Those that turned out to be damaged: the next checkpoint takes their place. */
    private final Set<Integer> damaged = new HashSet<>();

    private Checkpoints(Path folder, int kept, Consumer<String> report) {
        this.folder = folder;
        this.kept = kept;
        this.report = report;
    }

    /** Those in this folder, which the first one creates; the newest two are kept. */
    public static Checkpoints in(Path folder) {
        System.Logger log = System.getLogger(Checkpoints.class.getName());
        return new Checkpoints(
                folder, KEPT, message -> log.log(System.Logger.Level.WARNING, message));
    }

    /** The same, but with this number of the newest kept, at least 1. */
    public Checkpoints keep(int newest) {
        Checks.atLeast("Checkpoints", "keep", 1, newest);
        return new Checkpoints(folder, newest, report);
    }

    /** The same, but with messages about damaged checkpoints going there, and not to Java's log. */
    public Checkpoints report(Consumer<String> messages) {
        return new Checkpoints(folder, kept, messages);
    }

    /** Whether there is any, whole or not. */
    public boolean any() throws IOException {
        return !numbers(NAME).isEmpty();
    }

    @Override
    public synchronized void save(TrainingState state) throws IOException {
        WholeFile.createFolders(folder);
        List<Integer> tensors = numbers(TENSORS);
        tensors.addAll(numbers(NAME));
        int number = tensors.stream().mapToInt(i -> i).max().orElse(0) + 1;
        new CheckpointFile(folder, number).write(state);
        deleteOld(number);
    }

    /** What cannot be deleted stays until the next time: the new one is safe. */
    private void deleteOld(int newest) {
        try {
            List<Integer> whole = numbers(NAME);
            whole.removeAll(damaged);
            Set<Integer> stay = new HashSet<>(whole.subList(0, Math.min(kept, whole.size())));
            for (int number : numbers(NAME)) {
                if (!stay.contains(number)) {
                    Files.deleteIfExists(new CheckpointFile(folder, number).json());
                }
            }
            for (int number : numbers(TENSORS)) {
                if (!stay.contains(number) && number < newest) {
                    Files.deleteIfExists(new CheckpointFile(folder, number).tensors());
                }
            }
            damaged.clear();
        } catch (IOException e) {
            report.accept(folder + ": cannot delete old checkpoints: " + e.getMessage());
        }
    }

    /**
     * The newest state that is whole; null if there is none. One that is damaged is reported.
     *
     * @throws IOException if none of several is whole, or another version wrote them
     */
    @Override
    public synchronized @Nullable TrainingState newest() throws IOException {
        String problem = "";
        for (int number : numbers(NAME)) {
            CheckpointFile file = new CheckpointFile(folder, number);
            JsonNode json;
            try {
                json = file.readJson();
            } catch (FormatException e) {
                problem = damaged(number, problem, e);
                continue;
            }
            file.checkVersion(json);
            try {
                return file.read(json);
            } catch (FormatException e) {
                problem = damaged(number, problem, e);
            }
        }
        if (!problem.isEmpty()) {
            throw new IOException(folder + ": expected a whole checkpoint, got none; " + problem);
        }
        return null;
    }

    private String damaged(int number, String problem, FormatException e) {
        damaged.add(number);
        report.accept("damaged checkpoint left out, an older one is looked for: " + e.getMessage());
        return problem.isEmpty() ? String.valueOf(e.getMessage()) : problem;
    }

    /** The numbers in files' names, the largest first. */
    private List<Integer> numbers(Pattern pattern) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return numbers;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = pattern.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    numbers.add(Integer.parseInt(name.group(1)));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        numbers.sort(Comparator.reverseOrder());
        return numbers;
    }
}
