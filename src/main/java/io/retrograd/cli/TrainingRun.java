package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.data.Split;
import io.retrograd.data.Texts;
import io.retrograd.data.TrainTest;
import io.retrograd.file.FolderLock;
import io.retrograd.layer.Layer;
import io.retrograd.model.Models;
import io.retrograd.train.Evaluation;
import io.retrograd.train.History;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of {@code train}: checks gradients, trains, tests, and writes it all down. */
final class TrainingRun {
    private final TrainCommand command;
    private final DataOptions data;
    private final TrainingOptions options;
    private final DeviceOptions device;
    private final Recipe recipe;
    private final String network;
    private final TrainTest parts;
    private final PrintWriter out;
    private final @Nullable ResumedRun resumed;
    private int exitCode;

    /**
     * A run.
     *
     * @param command its options
     * @param network the name of a ready-made network
     * @param out where progress goes
     * @param resumed the run to go on with; null for a new one
     */
    TrainingRun(
            TrainCommand command,
            Recipe recipe,
            String network,
            TrainTest parts,
            PrintWriter out,
            @Nullable ResumedRun resumed) {
        this.command = command;
        data = command.data;
        options = command.options;
        device = command.device;
        this.recipe = recipe;
        this.network = network;
        this.parts = parts;
        this.out = out;
        this.resumed = resumed;
    }

    /** Runs it; gives what {@code --json} prints: nothing where a signal stopped it. */
    @SuppressWarnings("try") // the lock is held, and nothing else
    Map<String, Object> run() throws IOException {
        Layer layer = Models.get(network).create(parts.train().classes(), parts.train().tokenIds());
        out.println(device.describe());
        RunDirectory directory =
                resumed == null
                        ? new RunDirectory(command.runs, command.runName())
                        : resumed.directory();
        try (FolderLock lock = directory.lock();
                Backend backend =
                        device.open(open -> directory.planned(open, device.plan, resumed != null));
                Model model =
                        Model.create(layer, parts.train().sampleShape(), backend, options.seed)) {
            if (resumed == null) {
                command.start.load(network, model, out);
            }
            Trainer trainer =
                    command.start.freeze(
                            options.trainer(model, recipe, data, parts.train()), model.names());
            begin(layer, model, directory);
            return train(model, trainer, directory);
        } finally {
            if (!Files.exists(directory.record())) {
                directory.discard();
            }
        }
    }

    /** Checks gradients and writes down what the run is; one that goes on is only compared. */
    private void begin(Layer layer, Model model, RunDirectory directory) throws IOException {
        if (resumed != null) {
            resumed.record().checkData(parts);
            return;
        }
        if (!command.noCheck) {
            new FirstSamples(parts.train(), Models.get(network).checkShape())
                    .check(
                            layer,
                            options.loss(recipe),
                            model.parameters().backend(),
                            options.seed,
                            out);
        }
        if (parts.train() instanceof Texts texts) {
            directory.saveTexts(texts);
        }
        directory.saveNetwork(layer);
        data.describe(directory, parts.train(), options.noAugment);
        directory.saveRecord(RunRecord.of(command, recipe, network, parts, model));
    }

    private Map<String, Object> train(Model model, Trainer configured, RunDirectory directory)
            throws IOException {
        LabelledDataset samples = parts.train();
        Trainer trainer = configured;
        if (options.earlyStop != null) {
            TrainTest held = Split.STRATIFIED.of(samples, options.seed);
            samples = held.train();
            trainer = trainer.validation(held.test());
        }
        if (command.findLearningRate) {
            String title = network + " on " + data.name;
            return FindLearningRate.run(trainer, samples, title, directory, out);
        }
        KeptTraining kept = new KeptTraining(command, directory, resumed != null);
        RunPage page = new RunPage(directory, model, parts.train().labelNames(), settings(), out);
        long start = System.nanoTime();
        Trainer heard = trainer.listener(page.recorder());
        LabelledDataset trained = samples;
        History history;
        try (BoardOutput board = BoardOutput.of(command.tensorboard, model, trained)) {
            board.settings(settings());
            history =
                    page.of(
                            () ->
                                    kept.fit(
                                            model,
                                            board.on(heard),
                                            each -> fit(model, each, trained, directory, kept)));
        }
        exitCode = kept.exitCode();
        if (history.end() == History.End.INTERRUPTED) {
            page.write();
            return Map.of();
        }
        double seconds = (System.nanoTime() - start) / 1e9 + kept.secondsBefore();
        if (options.earlyStop != null) {
            keepBest(model, history, directory);
        }
        Evaluation test = trainer.evaluate(parts.test());
        TrainingResult training = new TrainingResult(history, seconds, test);
        training.print(parts.test(), out);
        Map<String, Object> result = result(model, training);
        if (command.baseline) {
            double accuracy = TrainingResult.baseline(parts);
            out.printf("naive Bayes %.2f %%%n", 100 * accuracy);
            out.flush();
            result.put("baseline_accuracy", accuracy);
        }
        directory.saveSummary(summary(result, training));
        page.examine(trainer, parts, options.batch(recipe));
        Path written = page.write();
        if (command.open) {
            RunPage.open(written, out);
        }
        return result;
    }

    private History fit(
            Model model,
            Trainer trainer,
            LabelledDataset samples,
            RunDirectory directory,
            KeptTraining kept) {
        kept.announce(out);
        announce(samples, directory);
        String kind = DataOptions.kind(samples);
        int epochs = options.epochs(recipe);
        try (TrainingLog log =
                new TrainingLog(
                        model, directory, epochs, samples.size(), kind, data.workers(), out)) {
            History history = trainer.listener(log).fit(samples);
            log.printAudits();
            return history;
        }
    }

    private void announce(LabelledDataset samples, RunDirectory directory) {
        out.printf(
                "training %s on %,d %s of %s (%s split, seed %d), results in %s%n",
                network,
                samples.size(),
                DataOptions.kind(samples),
                data.name,
                data.splitName(),
                options.seed,
                directory.folder());
        out.flush();
    }

    /** 0, or what a signal that stopped it stands for. */
    int exitCode() {
        return exitCode;
    }

    /** The log has written the last epoch's parameters; the model has those of the best again. */
    private void keepBest(Model model, History history, RunDirectory directory) throws IOException {
        int best = history.best().epoch();
        directory.saveModel(model.parameters(), Map.of("epoch", Integer.toString(best)));
        out.printf("kept the parameters of epoch %d, whose validation loss is lowest%n", best);
        out.flush();
    }

    private Map<String, Object> result(Model model, TrainingResult training) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("dataset", data.name);
        result.put("device", model.parameters().backend().name());
        result.put("split", data.splitName());
        result.put("seed", options.seed);
        result.put("epochs", training.history().epochs().size());
        if (options.earlyStop != null) {
            result.put("best_epoch", training.history().best().epoch());
        }
        result.put("train_seconds", training.seconds());
        result.put("test_accuracy", training.test().accuracy());
        result.put("test_loss", training.test().loss());
        return result;
    }

    /** What the run's page shows of what was chosen. */
    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("model", network);
        settings.put("data set", data.name);
        settings.put("split", data.splitName());
        settings.put("training samples", Integer.toString(parts.train().size()));
        settings.put("test samples", Integer.toString(parts.test().size()));
        settings.put("device", device.describe());
        settings.putAll(options.settings(recipe));
        settings.put("command", String.join(" ", command.arguments()));
        return settings;
    }

    private Map<String, Object> summary(Map<String, Object> result, TrainingResult training) {
        Map<String, Object> summary = new LinkedHashMap<>(result);
        summary.put("model", network);
        summary.put("classes", parts.test().classes());
        summary.put("sample_shape", parts.test().sampleShape().dims());
        if (parts.test().tokenIds() != null) {
            summary.put("token_ids", parts.test().tokenIds());
        }
        summary.put("device_description", device.describe());
        summary.put("train_images", parts.train().size());
        summary.put("test_images", parts.test().size());
        summary.put("batch", options.batch(recipe));
        summary.put("optimizer", options.optimizer(recipe).toString());
        summary.put("loss", options.loss(recipe).toString());
        summary.put("command", command.arguments());
        summary.put("end", training.history().end().name().toLowerCase(Locale.ROOT));
        summary.put("confusion", training.confusion());
        return summary;
    }
}
