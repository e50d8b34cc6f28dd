package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.data.Datasets;
import io.retrograd.data.NaiveBayes;
import io.retrograd.data.Split;
import io.retrograd.data.Texts;
import io.retrograd.data.TrainTest;
import io.retrograd.layer.Layer;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ConfusionMatrix;
import io.retrograd.train.Evaluation;
import io.retrograd.train.History;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "train",
        description = {
            "Checks a network's gradients, trains it, and tests it on images or texts it has not"
                    + " seen.",
            "Writes history, parameters and a summary into a folder of their own. Options that are"
                    + " not given come from the data set's recipe."
        })
final class TrainCommand extends JsonCommand {
    /** Data sets that need no files. */
    private static final Set<String> INCLUDED = Set.of("digits", "language-id");

    @Parameters(
            paramLabel = "DATASET",
            description = "${COMPLETION-CANDIDATES}.",
            completionCandidates = DatasetNames.class)
    private String dataset = "";

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = {
                "Folder with the files of mnist, fashion-mnist or cifar10. For text a file of lines"
                        + " label<TAB>text in UTF-8, or a folder with train.tsv and test.tsv."
            })
    private @Nullable Path data;

    @Option(
            names = "--split",
            paramLabel = "KIND",
            description = {
                "classic: the official test images; without any, the second half. stratified: a"
                        + " fifth of each class. Default: classic; stratified for a file of texts."
            })
    private @Nullable Split split;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "${COMPLETION-CANDIDATES}. char-cnn-bigru reads texts by character, the others"
                            + " by word.",
            completionCandidates = ModelNames.class)
    private @Nullable String modelName;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of all runs. Default: ${DEFAULT-VALUE}.")
    private Path runs = Path.of("runs");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Folder of this run. Default: data set and time.")
    private @Nullable String name;

    @Option(names = "--no-check", description = "Skip the gradient check before training.")
    private boolean noCheck;

    @Option(
            names = "--baseline",
            description =
                    "On texts, print also the accuracy of naive Bayes on character 1- to 3-grams.")
    private boolean baseline;

    @Mixin private TrainingOptions options = new TrainingOptions();
    @Mixin private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        check();
        PrintWriter out = progress();
        Recipe recipe = Recipe.of(dataset);
        String network = modelName == null ? recipe.model() : modelName;
        TrainTest parts = load(network);
        if (baseline && !(parts.train() instanceof Texts)) {
            throw new IllegalArgumentException(
                    "--baseline: expected a data set of texts, got " + dataset);
        }
        Layer layer = Models.get(network).create(parts.train().classes(), parts.train().tokenIds());
        Shape sample = parts.train().sampleShape();
        out.println(device.describe());
        try (Backend backend = device.open();
                Model model = Model.create(layer, sample, backend, options.seed)) {
            Trainer trainer = options.trainer(model, recipe);
            if (!noCheck) {
                new FirstSamples(parts.train())
                        .check(layer, options.loss(recipe), backend, options.seed, out);
            }
            Map<String, Object> result = train(model, trainer, network, parts, recipe, out);
            if (json) {
                out().println(Json.line(result));
            }
        }
        return 0;
    }

    private void check() {
        Values.oneOf("DATASET", new DatasetNames().all(), dataset);
        if (modelName != null) {
            Values.oneOf("--model", Models.names(), modelName);
        }
        if (name != null) {
            RunDirectory.checkName(name);
        }
        options.check();
        device.check();
    }

    private TrainTest load(String network) throws IOException {
        boolean text = dataset.equals(DatasetNames.TEXT);
        if (data != null && text) {
            return OwnTexts.load(data, network, split(), options.seed);
        }
        if (data == null && !INCLUDED.contains(dataset)) {
            throw new IllegalArgumentException(
                    dataset + ": expected its files, got none; name them with --data PATH");
        }
        return Datasets.load(dataset, data, split(), options.seed);
    }

    private Split split() {
        boolean file =
                dataset.equals(DatasetNames.TEXT) && data != null && !Files.isDirectory(data);
        return split != null ? split : file ? Split.STRATIFIED : Split.CLASSIC;
    }

    /** The kind of samples, as in {@code images}. */
    static String kind(LabelledDataset samples) {
        return samples.tokenIds() == null ? "images" : "texts";
    }

    private Map<String, Object> train(
            Model model,
            Trainer configured,
            String network,
            TrainTest parts,
            Recipe recipe,
            PrintWriter out)
            throws IOException {
        RunDirectory directory = new RunDirectory(runs, runName());
        LabelledDataset images = parts.train();
        Trainer trainer = configured;
        if (options.earlyStop != null) {
            TrainTest held = Split.STRATIFIED.of(images, options.seed);
            images = held.train();
            trainer = trainer.validation(held.test());
        }
        int epochs = options.epochs(recipe);
        out.printf(
                "training %s on %,d %s of %s (%s split, seed %d), results in %s%n",
                network,
                images.size(),
                kind(images),
                dataset,
                split().name().toLowerCase(Locale.ROOT),
                options.seed,
                directory.folder());
        out.flush();
        long start = System.nanoTime();
        History history;
        int samples = images.size();
        String kind = kind(images);
        try (TrainingLog log = new TrainingLog(model, directory, epochs, samples, kind, out)) {
            history = trainer.listener(log).fit(images);
            log.printAudits();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (options.earlyStop != null) {
            keepBest(model, history, directory, out);
        }
        Evaluation test = trainer.evaluate(parts.test());
        print(history, seconds, test, parts.test(), out);
        Map<String, Object> result = result(model, history, seconds, test);
        if (parts.train() instanceof Texts texts) {
            directory.saveTexts(texts);
        }
        if (baseline) {
            double accuracy = baseline(parts);
            out.printf("naive Bayes %.2f %%%n", 100 * accuracy);
            out.flush();
            result.put("baseline_accuracy", accuracy);
        }
        directory.saveSummary(summary(result, network, recipe, parts, history, test));
        return result;
    }

    /** The log has written the last epoch's parameters; the model has those of the best again. */
    private static void keepBest(
            Model model, History history, RunDirectory directory, PrintWriter out)
            throws IOException {
        int best = history.best().epoch();
        directory.saveModel(model.parameters(), Map.of("epoch", Integer.toString(best)));
        out.printf("kept the parameters of epoch %d, whose validation loss is lowest%n", best);
        out.flush();
    }

    private static double baseline(TrainTest parts) {
        if (parts.train() instanceof Texts train && parts.test() instanceof Texts test) {
            return new NaiveBayes(train).accuracy(test);
        }
        throw new IllegalStateException("--baseline: expected texts");
    }

    private static void print(
            History history,
            double seconds,
            Evaluation test,
            LabelledDataset tested,
            PrintWriter out) {
        out.printf(
                "trained %d epochs in %.1f s%n%ntest accuracy %.2f %% on %,d %s, loss %.4f%n",
                history.epochs().size(),
                seconds,
                100 * test.accuracy(),
                test.requireConfusion().total(),
                kind(tested),
                test.loss());
        if (tested instanceof Texts texts) {
            out.println("labels from 0: " + String.join(", ", texts.labelNames()));
        }
        out.printf(
                "confusion, one row a label, one column a prediction%n%s%n",
                test.requireConfusion());
        out.flush();
    }

    private Map<String, Object> result(
            Model model, History history, double seconds, Evaluation test) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("dataset", dataset);
        result.put("device", model.parameters().backend().name());
        result.put("split", split().name().toLowerCase(Locale.ROOT));
        result.put("seed", options.seed);
        result.put("epochs", history.epochs().size());
        if (options.earlyStop != null) {
            result.put("best_epoch", history.best().epoch());
        }
        result.put("train_seconds", seconds);
        result.put("test_accuracy", test.accuracy());
        result.put("test_loss", test.loss());
        return result;
    }

    private Map<String, Object> summary(
            Map<String, Object> result,
            String network,
            Recipe recipe,
            TrainTest parts,
            History history,
            Evaluation test) {
        Map<String, Object> summary = new LinkedHashMap<>(result);
        summary.put("model", network);
        summary.put("device_description", device.describe());
        summary.put("train_images", parts.train().size());
        summary.put("test_images", parts.test().size());
        summary.put("batch", options.batch(recipe));
        summary.put("optimizer", options.optimizer(recipe).toString());
        summary.put("loss", options.loss(recipe).toString());
        summary.put("command", List.copyOf(spec.commandLine().getParseResult().originalArgs()));
        summary.put("end", history.end().name().toLowerCase(Locale.ROOT));
        summary.put("confusion", rows(test.requireConfusion()));
        return summary;
    }

    private static List<List<Long>> rows(ConfusionMatrix confusion) {
        return IntStream.range(0, confusion.classes())
                .mapToObj(
                        label ->
                                IntStream.range(0, confusion.classes())
                                        .mapToObj(predicted -> confusion.count(label, predicted))
                                        .toList())
                .toList();
    }

    private String runName() {
        return name != null
                ? name
                : dataset
                        + "-"
                        + LocalDateTime.now(ZoneId.systemDefault())
                                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    }
}
