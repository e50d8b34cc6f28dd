package io.retrograd.cli;

import io.retrograd.data.Texts;
import io.retrograd.data.TrainTest;
import io.retrograd.model.Models;
import io.retrograd.task.Task;
import io.retrograd.task.Tasks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = {
            "Checks a network's gradients, trains it, and tests it on images or texts it has not"
                    + " seen.",
            "Writes history, parameters and a summary into a folder of their own. Options that are"
                    + " not given come from the data set's recipe."
        })
final class TrainCommand extends JsonCommand {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "${COMPLETION-CANDIDATES}. char-cnn-bigru reads texts by character, the others"
                            + " by word.",
            completionCandidates = ModelNames.class)
    @Nullable String modelName;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of all runs. Default: ${DEFAULT-VALUE}.")
    Path runs = Path.of("runs");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Folder of this run. Default: data set and time.")
    @Nullable String name;

    @Option(names = "--no-check", description = "Skip the gradient check before training.")
    boolean noCheck;

    @Option(
            names = "--baseline",
            description =
                    "On texts, print also the accuracy of naive Bayes on character 1- to 3-grams.")
    boolean baseline;

    @Option(names = "--open", description = "Open the run's report in the browser at the end.")
    boolean open;

    @Option(
            names = "--find-lr",
            description = {
                "In place of training, try learning rates from 1e-7 to 10, print which to take, and"
                        + " draw the losses into find-lr.html in the run's folder."
            })
    boolean findLearningRate;

    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            description = "Write an event file for TensorBoard too. A folder for each run.")
    @Nullable Path tensorboard;

    @Mixin DataOptions data = new DataOptions();
    @Mixin TrainingOptions options = new TrainingOptions();
    @Mixin StartOptions start = new StartOptions();
    @Mixin DeviceOptions device = new DeviceOptions();

    @Mixin CheckpointOptions checkpoints = new CheckpointOptions();

    @Override
    public Integer call() throws IOException {
        if (checkpoints.resume == null) {
            return run(/* resumed= */ null);
        }
        ResumedRun resumed = ResumedRun.of(this, checkpoints.resume);
        return resumed.command().run(resumed);
    }

    private int run(@Nullable ResumedRun resumed) throws IOException {
        check();
        Optional<Task> task = Tasks.find(data.name);
        if (task.isPresent()) {
            return new TaskRun(this, task.get(), resumed).run();
        }
        PrintWriter out = progress();
        Recipe recipe = Recipe.of(data.name, data.pictures.side());
        String network = modelName == null ? recipe.model() : modelName;
        TrainTest parts = data.load(network, options.seed, options.noAugment, out);
        if (baseline && !(parts.train() instanceof Texts)) {
            throw new IllegalArgumentException(
                    "--baseline: expected a data set of texts, got " + data.name);
        }
        TrainingRun run = new TrainingRun(this, recipe, network, parts, out, resumed);
        Map<String, Object> result = run.run();
        if (json && !result.isEmpty()) {
            out().println(Json.line(result));
        }
        return run.exitCode();
    }

    /** What was typed behind the program's name. */
    List<String> arguments() {
        return List.copyOf(spec.commandLine().getParseResult().originalArgs());
    }

    private void check() {
        data.check();
        if (modelName != null) {
            Values.oneOf("--model", Models.names(), modelName);
        }
        if (name != null) {
            RunDirectory.checkName("--name", name);
        }
        options.check();
        checkpoints.check();
        start.check();
        device.check();
    }

    /** The name of the run's folder. */
    String runName() {
        return name != null
                ? name
                : data.name
                        + "-"
                        + LocalDateTime.now(ZoneId.systemDefault())
                                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    }
}
