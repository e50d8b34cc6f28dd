package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.model.Models;
import io.retrograd.train.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "predict",
        description = {
            "Asks a trained network for the classes of pictures, of rows in .csv files, or of"
                    + " samples in NumPy arrays (N, ...), which are taken as they are; bytes are"
                    + " divided by 255.",
            "The network is that of a run, or a ready-made one with weights."
        })
final class PredictCommand extends JsonCommand {
    @Parameters(
            paramLabel = "[RUN] INPUT",
            arity = "1..*",
            description =
                    "The run's folder, unless --model is given; then .npy files, pictures, tables"
                            + " for a run of csv, and folders of them.")
    private List<Path> paths = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Write all numbers of each sample, as .npy or .json. Default: print the"
                            + " likeliest class.")
    private @Nullable Path file;

    @Option(names = "--probabilities", description = "Write probabilities, not logits.")
    private boolean probabilities;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Ready-made network: ${COMPLETION-CANDIDATES}.",
            completionCandidates = ModelNames.class)
    private @Nullable String modelName;

    @Option(names = "--classes", paramLabel = "N", description = "Classes of --model.")
    private @Nullable Integer classes;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description =
                    "Weights of --model: safetensors, or what torch.save wrote of a state"
                            + " dictionary, with our names or torchvision's.")
    private @Nullable Path weights;

    @Option(
            names = "--weights-key",
            paramLabel = "KEY",
            description = "Dictionary in the file of weights that holds them, as in state_dict.")
    private @Nullable String key;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Samples that are computed at once. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        check();
        PrintWriter progress = file == null ? spec.commandLine().getErr() : progress();
        try (Backend backend = device.open()) {
            List<Path> arguments = new ArrayList<>(paths);
            Trained trained = trained(arguments);
            List<Path> files = new ArrayList<>();
            for (Path argument : arguments) {
                files.addAll(PredictInput.files(argument));
            }
            PredictBatches batches = new PredictBatches(files, trained, batch);
            progress.println(device.describe());
            predict(trained, batches, backend, progress);
        }
        return 0;
    }

    private void predict(
            Trained trained, PredictBatches batches, Backend backend, PrintWriter progress)
            throws IOException {
        try (Model model =
                Model.create(trained.network(), batches.shape(), backend, /* seed= */ 1)) {
            progress.println(trained.load(model));
            progress.flush();
            write(new Predictions(trained, model, batches, probabilities), batches, progress);
        }
    }

    private void write(Predictions predictions, PredictBatches batches, PrintWriter progress)
            throws IOException {
        if (file == null) {
            if (json) {
                predictions.line(out());
            } else {
                predictions.table(out());
            }
            return;
        }
        if (file.toString().endsWith(".npy")) {
            predictions.npy(file);
        } else {
            predictions.json(file);
        }
        progress.printf(
                "%s of %,d samples in %s%n",
                probabilities ? "probabilities" : "logits", batches.samples(), file);
        progress.flush();
    }

    /** The network; takes the run off the arguments if it is one's. */
    private Trained trained(List<Path> arguments) throws IOException {
        if (modelName != null && classes != null && weights != null) {
            return Trained.of(modelName, classes, weights, key);
        }
        Path run = arguments.remove(0);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    "INPUT: expected .npy or .csv files, pictures or folders of them behind the run "
                            + run
                            + ", got none");
        }
        return Trained.ofRun(run);
    }

    private static void add(List<String> given, String option, @Nullable Object value) {
        if (value != null) {
            given.add(option);
        }
    }

    private void check() {
        List<String> given = new ArrayList<>();
        add(given, "--model", modelName);
        add(given, "--classes", classes);
        add(given, "--weights", weights);
        add(given, "--weights-key", key);
        if (!given.isEmpty() && (modelName == null || classes == null || weights == null)) {
            throw new IllegalArgumentException(
                    "predict: expected --model, --classes and --weights together, got "
                            + String.join(", ", given)
                            + "; name a run without them");
        }
        if (modelName != null) {
            Values.oneOf("--model", Models.names(), modelName);
        }
        if (classes != null) {
            Values.atLeast("--classes", 1, classes);
        }
        Values.atLeast("--batch", 1, batch);
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            if (!file.toString().endsWith(".npy") && !file.toString().endsWith(".json")) {
                throw Values.wrong("--out", "a file that ends with .npy or .json", file);
            }
            if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
                throw Values.wrong("--out", "a file in a folder that exists", file);
            }
        }
        device.check();
    }
}
