package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.file.FolderLock;
import io.retrograd.file.WholeFile;
import io.retrograd.image.Png;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Optimizers;
import io.retrograd.optim.Schedule;
import io.retrograd.task.Task;
import io.retrograd.train.Dataset;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;

/** One run of {@code train} on a task: trains, tests, and writes it all down. */
final class TaskRun {
    /** The options of train that a task takes. */
    private static final Set<String> OPTIONS =
            Set.of(
                    "--epochs",
                    "--batch",
                    "--lr",
                    "--seed",
                    "--runs",
                    "--name",
                    "--json",
                    "--device",
                    "--precision",
                    "--threads",
                    "--deterministic",
                    "--plan");

    private final TrainCommand command;
    private final Task task;
    private final Task.Settings settings;
    private final PrintWriter out;

    TaskRun(TrainCommand command, Task task) {
        this.command = command;
        this.task = task;
        TrainingOptions options = command.options;
        Task.Settings own = task.settings();
        settings =
                new Task.Settings(
                        options.epochs == null ? own.epochs() : options.epochs,
                        options.batch == null ? own.batch() : options.batch,
                        options.learningRate == null ? own.learningRate() : options.learningRate,
                        own.weightDecay());
        out = command.progress();
    }

    @SuppressWarnings("try") // the lock is held, and nothing else
    int run() throws IOException {
        refuseOthers();
        out.println(command.device.describe());
        long seed = command.options.seed;
        RunDirectory directory = new RunDirectory(command.runs, command.runName());
        try (FolderLock lock = directory.lock();
                Backend backend = command.device.open(open -> open.plan(plan(directory)));
                Model model = Model.create(task.network(), task.sampleShape(), backend, seed)) {
            Dataset data = task.training(seed);
            directory.saveNetwork(task.network());
            directory.saveRecord(RunRecord.of(command, task, settings, data, model));
            out.printf(
                    "training %s on %,d samples of %s (seed %d), results in %s%n",
                    task.model(), data.size(), task.name(), seed, directory.folder());
            out.flush();
            long start = System.nanoTime();
            History history = fit(model, data, directory);
            finish(model, history, (System.nanoTime() - start) * 1e-9, directory);
            return 0;
        } finally {
            if (!Files.exists(directory.record())) {
                directory.discard();
            }
        }
    }

    private Path plan(RunDirectory directory) {
        return command.device.plan == null ? directory.plan() : command.device.plan;
    }

    /** An option that would change nothing is an error. */
    private void refuseOthers() {
        for (OptionSpec option : command.spec.commandLine().getParseResult().matchedOptions()) {
            String name = option.longestName();
            if (!OPTIONS.contains(name)) {
                throw Values.wrong(name, "a data set of classes", task.name());
            }
        }
    }

    private History fit(Model model, Dataset data, RunDirectory directory) {
        try (TrainingLog log =
                new TrainingLog(
                        model,
                        directory,
                        settings.epochs(),
                        data.size(),
                        "samples",
                        /* workers= */ 0,
                        out)) {
            Optimizer optimizer =
                    Optimizers.adamw.create(
                            settings.learningRate(), /* momentum= */ 0, settings.weightDecay());
            return new Trainer(model, task.loss(), optimizer)
                    .epochs(settings.epochs())
                    .batch(settings.batch())
                    .seed(command.options.seed)
                    .schedule(Schedule.oneCycle())
                    .listener(log)
                    .fit(data);
        }
    }

    private void finish(Model model, History history, double seconds, RunDirectory directory)
            throws IOException {
        Task.Result result = task.test(model);
        Path picture = directory.folder().resolve("test.png");
        WholeFile.write(picture, Png.of(result.picture()));
        out.printf(
                "trained %d epochs in %.1f s%n%n%,d samples of a test:%n",
                history.epochs().size(), seconds, result.samples());
        result.measures().forEach((name, value) -> out.printf("  %-18s %.4f%n", name, value));
        out.printf("some of them in %s%n", picture);
        out.flush();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("dataset", task.name());
        summary.put("model", task.model());
        summary.put("device", model.parameters().backend().name());
        summary.put("seed", command.options.seed);
        summary.put("epochs", history.epochs().size());
        summary.put("train_seconds", seconds);
        summary.putAll(result.measures());
        summary.put("end", history.end().name().toLowerCase(Locale.ROOT));
        directory.saveSummary(summary);
        if (command.json) {
            command.out().println(Json.line(summary));
        }
    }
}
