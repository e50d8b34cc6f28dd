package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A run that goes on: its folder, and the command that it was started with. */
record ResumedRun(RunDirectory directory, RunRecord record, TrainCommand command) {
    /** What leaves a folder that is no training's. */
    private static final String FIND = "--find-lr";

    private static final String LATEST = "latest";

    /** Options that may differ from the run's, as no number depends on them. */
    private static final Set<String> FREE =
            Set.of(
                    "--data",
                    "--plan",
                    "--json",
                    "--checkpoint-every",
                    "--keep",
                    "--open",
                    "--tensorboard");

    /** Options that say which run. */
    private static final Set<String> WHICH = Set.of("--resume", "--runs");

    /**
     * The run that a command names.
     *
     * @throws IllegalArgumentException if there is no such run, it has finished, or the command
     *     contradicts it
     * @throws IOException if what it was started with cannot be read
     */
    static ResumedRun of(TrainCommand asked, String name) throws IOException {
        RunDirectory directory = new RunDirectory(find(asked.runs, name));
        if (Files.exists(directory.summary())) {
            throw new IllegalArgumentException(
                    "--resume: expected a run that has not finished, got " + directory.folder());
        }
        RunRecord record = RunRecord.read(directory.record());
        RecordedTraining recorded = RecordedTraining.of(record);
        CommandSpec spec = recorded.spec();
        TrainCommand command = recorded.command();
        if (command.findLearningRate) {
            throw new IllegalArgumentException(
                    "--resume: expected a run that trained, got one with " + FIND);
        }
        compare(asked.spec, spec);
        settle(command, record.json());
        spec.commandLine()
                .setOut(asked.spec.commandLine().getOut())
                .setErr(asked.spec.commandLine().getErr());
        return new ResumedRun(directory, record, command);
    }

    /** Refuses what was typed now if it says something else than what was typed then. */
    private static void compare(CommandSpec now, CommandSpec then) {
        for (ArgSpec argument : now.commandLine().getParseResult().matchedArgs()) {
            String name =
                    argument instanceof OptionSpec option
                            ? option.longestName()
                            : argument.paramLabel();
            ArgSpec other =
                    argument.isOption()
                            ? then.findOption(name)
                            : then.positionalParameters().get(0);
            if (WHICH.contains(name) || other == null) {
                continue;
            }
            if (FREE.contains(name)) {
                other.setValue(argument.getValue());
            } else if (!Objects.equals(argument.getValue(), other.getValue())) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected %s, as the run was started with, got %s; leave it"
                                        + " out, or begin a new run",
                                name, shown(other.getValue()), shown(argument.getValue())));
            }
        }
    }

    private static String shown(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "none" : value.toString();
    }

    /** The device that was chosen then is the one to go on with. */
    private static void settle(TrainCommand command, JsonNode record) {
        command.device.device = record.path("device").asText(command.device.device);
        command.device.precision = record.path("precision").asText(command.device.precision);
        command.device.threads = record.path("threads").asInt(command.device.threads);
    }

    private static Path find(Path runs, String name) throws IOException {
        if (name.equals(LATEST)) {
            return latest(runs);
        }
        for (Path folder : List.of(Paths.of("--resume: ", name), runs.resolve(name))) {
            if (Files.isRegularFile(new RunDirectory(folder).record())) {
                return folder;
            }
        }
        throw new IllegalArgumentException(
                String.format(
                        "--resume: expected the folder of a run, or its name in %s, got %s",
                        runs, name));
    }

    private static Path latest(Path runs) throws IOException {
        Path newest = null;
        FileTime when = null;
        for (Path folder : RunDirectory.all(runs)) {
            RunDirectory run = new RunDirectory(folder);
            if (!Files.exists(run.summary())
                    && !RunRecord.read(run.record()).command().contains(FIND)) {
                FileTime time = lastWritten(run);
                if (when == null || time.compareTo(when) > 0) {
                    when = time;
                    newest = folder;
                }
            }
        }
        if (newest == null) {
            throw new IllegalArgumentException(
                    "--resume latest: expected a run that has not finished in "
                            + runs
                            + ", got none");
        }
        return newest;
    }

    private static FileTime lastWritten(RunDirectory run) throws IOException {
        FileTime newest = Files.getLastModifiedTime(run.record());
        if (Files.isDirectory(run.checkpoints())) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(run.checkpoints())) {
                for (Path file : files) {
                    FileTime time = Files.getLastModifiedTime(file);
                    newest = time.compareTo(newest) > 0 ? time : newest;
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return newest;
    }
}
