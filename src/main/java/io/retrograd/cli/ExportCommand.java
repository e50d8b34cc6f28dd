package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.onnx.ExportOptions;
import io.retrograd.onnx.Onnx;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Writes a trained network as ONNX, which other programs run.",
            "The network is that of a run, or a ready-made one with weights."
        })
final class ExportCommand extends JsonCommand {
    @Parameters(
            paramLabel = "[RUN] FILE",
            arity = "1..2",
            description =
                    "The run's folder, unless --model is given; then the file, as in net.onnx.")
    private List<Path> paths = List.of();

    @Option(
            names = "--opset",
            paramLabel = "N",
            defaultValue = "17",
            description =
                    "Version of the operators, from "
                            + ExportOptions.FIRST_OPSET
                            + " to "
                            + ExportOptions.LAST_OPSET
                            + ". Default: ${DEFAULT-VALUE}.")
    private int opset = ExportOptions.USUAL_OPSET;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Samples that the network takes at once. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(names = "--dynamic-batch", description = "Take any number of samples.")
    private boolean dynamicBatch;

    @Option(
            names = "--fold-batch-norm",
            description = "Make batch norm part of the weights before it.")
    private boolean foldBatchNorm;

    @Option(
            names = "--float16",
            description = "Store weights as float16, in half the bytes; numbers stay float32.")
    private boolean float16;

    @Option(
            names = "--training",
            description =
                    "Write the network as it trains: batch norm by the batch's statistics, dropout"
                            + " drops.")
    private boolean training;

    @Mixin private TrainedOptions trainedOptions = new TrainedOptions();

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        check();
        try (Backend backend = device.open()) {
            List<Path> arguments = new ArrayList<>(paths);
            ExportedNetwork exported = exported(arguments);
            Path file = file(arguments);
            try (Model model = exported.create(backend)) {
                progress().println(exported.weights().load(model));
                ExportOptions options = options();
                for (Map.Entry<String, String> entry : exported.metadata().entrySet()) {
                    options = options.metadata(entry.getKey(), entry.getValue());
                }
                write(model, file, options);
            }
            tell(file);
        }
        return 0;
    }

    private ExportedNetwork exported(List<Path> arguments) throws IOException {
        String model = trainedOptions.model();
        if (model == null) {
            return ExportedNetwork.ofRun(arguments.remove(0));
        }
        return OnnxFile.is(model)
                ? OnnxFile.exported(model)
                : ExportedNetwork.of(model, trainedOptions.trained(arguments));
    }

    private static Path file(List<Path> left) {
        if (left.size() != 1) {
            throw Values.wrong("FILE", "one file behind the network", left);
        }
        return left.get(0);
    }

    private static void write(Model model, Path file, ExportOptions options) throws IOException {
        try {
            Onnx.write(model, file, options);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void tell(Path file) throws IOException {
        long bytes = Files.size(file);
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("file", file.toString());
            result.put("bytes", bytes);
            result.put("opset", opset);
            out().println(Json.line(result));
        } else {
            out().printf("%s: %,d bytes, opset %d%n", file, bytes, opset);
        }
        out().flush();
    }

    private ExportOptions options() {
        return new ExportOptions()
                .opset(opset)
                .batch(batch)
                .dynamicBatch(dynamicBatch)
                .foldBatchNorm(foldBatchNorm)
                .float16(float16)
                .training(training);
    }

    private void check() {
        if (opset < ExportOptions.FIRST_OPSET || opset > ExportOptions.LAST_OPSET) {
            throw Values.wrong(
                    "--opset",
                    String.format(
                            "a number from %d to %d",
                            ExportOptions.FIRST_OPSET, ExportOptions.LAST_OPSET),
                    opset);
        }
        Values.atLeast("--batch", 1, batch);
        if (dynamicBatch && batch != 1) {
            throw Values.wrong("--batch", "no number beside --dynamic-batch", batch);
        }
        options();
        trainedOptions.check();
        device.check();
    }
}
