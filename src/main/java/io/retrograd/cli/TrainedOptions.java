package io.retrograd.cli;

import io.retrograd.model.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which trained network a command uses: that of a run, or a ready-made one with weights. */
final class TrainedOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Ready-made network: ${COMPLETION-CANDIDATES}; or an ONNX file.",
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

    /** The network; takes the run off the arguments if it is one's. */
    Trained trained(List<Path> arguments) throws IOException {
        if (modelName != null && OnnxFile.is(modelName)) {
            return OnnxFile.trained(modelName);
        }
        return modelName != null && classes != null && weights != null
                ? Trained.of(modelName, classes, weights, key)
                : Trained.ofRun(arguments.remove(0));
    }

    /** The run among the arguments; null where a ready-made network is named. */
    @Nullable Path run(List<Path> arguments) {
        return modelName == null ? arguments.get(0) : null;
    }

    /** The ready-made network that is named, if one is. */
    @Nullable String model() {
        return modelName;
    }

    private static void add(List<String> given, String option, @Nullable Object value) {
        if (value != null) {
            given.add(option);
        }
    }

    void check() {
        List<String> given = new ArrayList<>();
        add(given, "--model", modelName);
        add(given, "--classes", classes);
        add(given, "--weights", weights);
        add(given, "--weights-key", key);
        if (modelName != null && OnnxFile.is(modelName)) {
            if (given.size() > 1) {
                throw new IllegalArgumentException(
                        "--model: expected an ONNX file, which has weights and classes, alone, got "
                                + String.join(", ", given));
            }
            return;
        }
        if (!given.isEmpty() && (modelName == null || classes == null || weights == null)) {
            throw new IllegalArgumentException(
                    "expected --model, --classes and --weights together, got "
                            + String.join(", ", given)
                            + "; name a run without them");
        }
        if (modelName != null) {
            Values.oneOf("--model", Models.names(), modelName);
        }
        if (classes != null) {
            Values.atLeast("--classes", 1, classes);
        }
    }
}
