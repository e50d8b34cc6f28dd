package io.retrograd.cli;

import io.retrograd.backend.Backend;
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
                    + " divided by 255; or of texts that are typed with --text.",
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
            names = "--text",
            paramLabel = "TEXT",
            description =
                    "In place of INPUT: a text for the network of a run of texts. May be repeated.")
    private List<String> texts = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Write all numbers of each sample, as .npy or .json. Default: print the"
                            + " likeliest class.")
    private @Nullable Path file;

    @Option(names = "--probabilities", description = "Write probabilities, not logits.")
    private boolean probabilities;

    @Mixin private TrainedOptions trainedOptions = new TrainedOptions();

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
            @Nullable Path run = trainedOptions.run(arguments);
            Trained trained = trainedOptions.trained(arguments);
            PredictBatches batches = batches(run, arguments, trained, progress);
            progress.println(device.describe());
            predict(trained, batches, backend, progress);
        }
        return 0;
    }

    private PredictBatches batches(
            @Nullable Path run, List<Path> inputs, Trained trained, PrintWriter progress)
            throws IOException {
        if (texts.isEmpty()) {
            List<Path> files = PredictInput.files(inputs);
            return new PredictBatches(files, file -> PredictInput.open(file, trained), batch);
        }
        if (run == null) {
            throw Values.wrong("--text", "a run, whose vocabulary reads it", "--model");
        }
        TypedTexts typed = TypedTexts.of(run, inputs, texts);
        typed.notes().forEach(progress::println);
        return new PredictBatches(List.of(run), folder -> typed, batch);
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

    private void check() {
        TypedTexts.check(texts);
        trainedOptions.check();
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
