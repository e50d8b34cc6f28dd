package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.file.FolderLock;
import io.retrograd.file.WholeFile;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.image.Png;
import io.retrograd.model.Models;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Optimizers;
import io.retrograd.optim.Schedule;
import io.retrograd.report.Picture;
import io.retrograd.report.TestResult;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** One run of {@code train} on a task: checks gradients, trains, tests, and writes it all down. */
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
                    "--open",
                    "--no-check",
                    "--checkpoint-every",
                    "--keep",
                    "--device",
                    "--precision",
                    "--threads",
                    "--deterministic",
                    "--plan");

    /** Elements of a tensor that are checked. */
    private static final int COORDINATES = 3;

    private final TrainCommand command;
    private final Task task;
    private final Task.Settings settings;
    private final @Nullable ResumedRun resumed;
    private final PrintWriter out;

    /**
     * A run.
     *
     * @param resumed the run to go on with; null for a new one
     */
    TaskRun(TrainCommand command, Task task, @Nullable ResumedRun resumed) {
        this.command = command;
        this.task = task;
        this.resumed = resumed;
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

    /** Runs it; 0, or what a signal that stopped it stands for. */
    @SuppressWarnings("try") // the lock is held, and nothing else
    int run() throws IOException {
        refuseOthers();
        out.println(command.device.describe());
        boolean goesOn = resumed != null;
        RunDirectory directory =
                resumed == null
                        ? new RunDirectory(command.runs, command.runName())
                        : resumed.directory();
        try (FolderLock lock = directory.lock();
                Backend backend =
                        command.device.open(
                                open -> directory.planned(open, command.device.plan, goesOn));
                Model model =
                        Model.create(
                                task.network(),
                                task.sampleShape(),
                                backend,
                                command.options.seed)) {
            Dataset data = task.training(command.options.seed);
            begin(model, data, directory);
            return train(model, data, directory);
        } finally {
            if (!Files.exists(directory.record())) {
                directory.discard();
            }
        }
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

    /** Checks gradients and writes down what the run is; one that goes on is only compared. */
    private void begin(Model model, Dataset data, RunDirectory directory) throws IOException {
        if (resumed != null) {
            resumed.record().checkData(data);
            return;
        }
        if (!command.noCheck) {
            check(model.parameters().backend());
        }
        directory.saveNetwork(task.network());
        directory.saveRecord(RunRecord.of(command, task, settings, data, model));
    }

    /**
     * The layers in a small network of their kind, the loss at the size of the network's output.
     */
    private void check(Backend backend) {
        Models.Form small = Objects.requireNonNull(Models.smallForms().get(task.model()));
        FirstSamples.tell(
                configured(GradientCheck.of(small.network(), small.inputShape()), backend).run(),
                "a small " + task.model(),
                out);
        GradientCheck loss =
                GradientCheck.of(
                        task.loss(), task.network().outputShape(task.sampleShape().batch(1)));
        FirstSamples.tell(configured(loss, backend).run(), task.loss().toString(), out);
    }

    private GradientCheck configured(GradientCheck check, Backend backend) {
        return check.on(backend).seed(command.options.seed).coordinates(COORDINATES);
    }

    private int train(Model model, Dataset data, RunDirectory directory) throws IOException {
        Optimizer optimizer =
                Optimizers.adamw.create(
                        settings.learningRate(), /* momentum= */ 0, settings.weightDecay());
        Trainer trainer =
                new Trainer(model, task.loss(), optimizer)
                        .epochs(settings.epochs())
                        .batch(settings.batch())
                        .seed(command.options.seed)
                        .schedule(Schedule.oneCycle());
        KeptTraining kept = new KeptTraining(command, directory, resumed != null);
        RunPage page = new RunPage(directory, model, List.of(), shown(optimizer), out);
        long start = System.nanoTime();
        History history =
                page.of(
                        () ->
                                kept.fit(
                                        model,
                                        trainer.listener(page.recorder()),
                                        each -> fit(model, each, data, directory, kept)));
        if (history.end() == History.End.INTERRUPTED) {
            page.write();
            return kept.exitCode();
        }
        double seconds = (System.nanoTime() - start) * 1e-9 + kept.secondsBefore();
        out.printf("trained %d epochs in %.1f s%n", history.epochs().size(), seconds);
        Task.Result result = task.test(model);
        tell(result, directory);
        Map<String, Object> summary = summary(model, history, seconds, result);
        directory.saveSummary(summary);
        page.recorder()
                .tested(
                        new TestResult(
                                result.samples(),
                                result.measures(),
                                Picture.of("Samples of the test", result.picture())));
        page.time(trainer, data);
        Path written = page.write();
        if (command.open) {
            RunPage.open(written, out);
        }
        if (command.json) {
            command.out().println(Json.line(summary));
        }
        return 0;
    }

    private History fit(
            Model model, Trainer trainer, Dataset data, RunDirectory directory, KeptTraining kept) {
        kept.announce(out);
        out.printf(
                "training %s on %,d samples of %s (seed %d), results in %s%n",
                task.model(), data.size(), task.name(), command.options.seed, directory.folder());
        out.flush();
        try (TrainingLog log =
                new TrainingLog(
                        model,
                        directory,
                        settings.epochs(),
                        data.size(),
                        "samples",
                        /* workers= */ 0,
                        out)) {
            return trainer.listener(log).fit(data);
        }
    }

    private void tell(Task.Result result, RunDirectory directory) throws IOException {
        Path picture = directory.folder().resolve("test.png");
        WholeFile.write(picture, Png.of(result.picture()));
        out.printf("%n%,d samples of a test:%n", result.samples());
        result.measures().forEach((name, value) -> out.printf("  %-18s %.4f%n", name, value));
        out.printf("some of them in %s%n", picture);
        out.flush();
    }

    /** What the run's page shows of what was chosen. */
    private Map<String, String> shown(Optimizer optimizer) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("model", task.model());
        shown.put("data set", task.name());
        shown.put("device", command.device.describe());
        shown.put("epochs", Integer.toString(settings.epochs()));
        shown.put("batch", Integer.toString(settings.batch()));
        shown.put("optimizer", optimizer.toString());
        shown.put("loss", task.loss().toString());
        shown.put("seed", Long.toString(command.options.seed));
        shown.put("command", String.join(" ", command.arguments()));
        return shown;
    }

    private Map<String, Object> summary(
            Model model, History history, double seconds, Task.Result result) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("dataset", task.name());
        summary.put("model", task.model());
        summary.put("device", model.parameters().backend().name());
        summary.put("seed", command.options.seed);
        summary.put("epochs", history.epochs().size());
        summary.put("train_seconds", seconds);
        summary.putAll(result.measures());
        summary.put("end", history.end().name().toLowerCase(Locale.ROOT));
        return summary;
    }
}
